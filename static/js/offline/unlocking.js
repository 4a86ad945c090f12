// The passphrase, or the recovery code, and why it did not do.
import { read } from "../private/code.js";
import { IDLE_MS, Session } from "../private/session.js";
import { part, write } from "./dom.js";

const NOWHERE = { getItem: () => null, setItem: () => {} };
const NOBODY = { postMessage: () => {} };

/** Of one export: it pins nothing in this browser and speaks to no other tab. */
export const sessionOf = ({ uid }) => new Session(uid, { storage: NOWHERE, line: NOBODY });

export class Unlocking {
  #isCode = false;
  #isBusy = false;

  /** `unlocked` is given the vault. */
  constructor(unlocked) {
    this.unlocked = unlocked;
    part("unlock").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try();
    });
    part("other-secret").addEventListener("click", () => this.#ask(!this.#isCode));
    part("reveal").addEventListener("click", () => this.#reveal(part("secret").type === "password"));
  }

  /** For another export, or null for none. */
  begin(session, ring) {
    Object.assign(this, { session, ring });
    part("unlock").hidden = !session;
    this.#ask(false);
    if (session) part("secret").focus();
  }

  /** Why it was locked. */
  again(why) {
    this.#ask(this.#isCode);
    write(part("why"), `locked_${why}`, { minutes: IDLE_MS / 60_000 });
    part("why").hidden = false;
    part("secret").focus();
  }

  #ask(isCode) {
    this.#isCode = isCode;
    const [field, form] = [part("secret"), part("unlock")];
    field.value = "";
    form.classList.toggle("is-code", isCode);
    write(part("secret-label"), isCode ? "code" : "passphrase");
    write(part("other-secret"), isCode ? "by_passphrase" : "by_code");
    part("secret-help").hidden = !isCode;
    this.#reveal(isCode);
    this.#complain(null);
  }

  #reveal(isShown) {
    part("secret").type = isShown ? "text" : "password";
    part("reveal").setAttribute("aria-pressed", String(isShown));
    write(part("reveal"), isShown ? "hide" : "show");
  }

  #complain(id, values) {
    write(part("wrong"), id, values);
    part("secret").setAttribute("aria-invalid", String(Boolean(id)));
    if (id) part("secret").focus();
  }

  async #try() {
    if (this.#isBusy) return;
    const { session } = this;
    this.#complain(null);
    const secret = this.#secret();
    if (secret === null) return;
    this.#busy(true);
    const wrong = await session.unlock(this.ring, secret);
    this.#busy(false);
    if (session !== this.session) return; // another export was chosen
    if (wrong) return this.#complain(wrong);
    part("secret").value = "";
    part("why").hidden = true;
    await this.unlocked(session.vault);
  }

  #secret() {
    const { value } = part("secret");
    if (!this.#isCode) return value || this.#complain("passphrase_empty") || null;
    const { bytes, wrong, group } = read(value);
    if (bytes) return bytes;
    this.#complain(wrong === "length" && group ? "code_length_group" : `code_${wrong}`, { group });
    return null;
  }

  #busy(isBusy) {
    this.#isBusy = isBusy;
    part("open").disabled = isBusy;
    write(part("deriving"), isBusy ? "deriving" : null);
  }
}

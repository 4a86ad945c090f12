// The unlocked keys of one person: in this page's memory, for as long as somebody is there.
import { Refused } from "../crypto/format.js";
import { ITERATIONS } from "../crypto/keys.js";
import { Tampered, unlock } from "../crypto/vault.js";
import { Idle } from "./idle.js";
import { Pins } from "./pins.js";

export const IDLE_MS = 15 * 60_000;
const NOBODY = "nobody"; // behaviours/nobody.js says so, on every page that is shown to somebody who is not logged in

/** Which sentence of the page says why it did not open. */
export function sentenceOf(failed, ring, secret) {
  if (failed instanceof Tampered) return `tampered_${failed.what}`;
  if (!(failed instanceof Refused)) return "ring_unreadable";
  if (typeof secret !== "string") return "code_wrong";
  return ring.slots.some(isOutOfBounds) ? "tampered_iterations" : "passphrase_wrong";
}

/** Refused before anything was derived, however right the passphrase is. */
const isOutOfBounds = ({ type, iter }) => type === "pass" && !(iter >= ITERATIONS.least && iter <= ITERATIONS.most);

/**
 * Dispatches "unlocked" and "locked", whose `detail` is why: "idle", "left", "logout", "asked", "elsewhere".
 * `page` hears what people do, `line` reaches the other tabs.
 */
export class Session extends EventTarget {
  #vault = null; #attempt = 0; #idle; #line;

  constructor(uid, { page = globalThis, clock, storage, line = new BroadcastChannel("sotto-private") } = {}) {
    super();
    this.uid = uid;
    this.pins = new Pins(uid, storage);
    this.#idle = new Idle(IDLE_MS, () => this.#forget("idle"), page, clock);
    this.#line = line;
    page.addEventListener("pagehide", () => this.lock("left"), { capture: true });
    line.onmessage = ({ data }) => {
      if (data === NOBODY) this.#forget("logout");
      else if (data === uid) this.#forget("elsewhere");
    };
  }

  /** Null while locked. */
  get vault() {
    return this.#vault;
  }

  /**
   * Resolves to null, or to the id of a sentence. `onProgress` is told "deriving", then "unlocked".
   * A lock that comes while keys are derived wins, and so does a later try: "overtaken".
   */
  async unlock(ring, secret, onProgress = () => {}) {
    if (globalThis.isSecureContext === false) return "insecure_context";
    this.#attempt += 1;
    const attempt = this.#attempt;
    onProgress("deriving");
    let vault;
    try {
      vault = await unlock(this.uid, ring, secret, this.pins.highest);
    } catch (failed) {
      return sentenceOf(failed, ring, secret);
    }
    if (attempt !== this.#attempt) return "overtaken";
    this.pins.see(vault.ring.epoch, vault.ring.pk);
    this.#vault = vault;
    this.#idle.begin();
    onProgress("unlocked");
    this.dispatchEvent(new CustomEvent("unlocked"));
    return null;
  }

  /** For "logout" and "asked" in every tab, else in this one. */
  lock(why = "asked") {
    if (why === "logout" || why === "asked") this.#line.postMessage(this.uid);
    this.#forget(why);
  }

  #forget(why) {
    this.#attempt += 1; // whoever is deriving comes too late
    this.#idle.end();
    if (!this.#vault) return;
    this.#vault = null;
    this.dispatchEvent(new CustomEvent("locked", { detail: why }));
  }
}

// The dialog that makes, lists and ends links to copies of a private transcript.
import { toClipboard } from "../clipboard.js";
import { sentence } from "../editor/sentence.js";
import { PASSWORD_LEAST, copyOf, madeLink } from "./links.js";
import { offered, wordsAt } from "./words.js";

const DAY_MS = 86_400_000;
const [WORDS, SAID_MS] = [4, 2000];
const formatted = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));

/** In `place`, an element of the view. `given`: `{tid, remote, document, title, signal}`; what is shared is `document` and `title` at that moment. */
export function openShares(place, given) {
  if (!place.querySelector("[data-shares]")) place.append(document.querySelector("template[data-part=shares]").content.cloneNode(true));
  new Shares(place.querySelector("[data-shares]"), given).open();
}

class Shares {
  #dialog; #given; #form; #ended = new AbortController();

  constructor(dialog, given) {
    [this.#dialog, this.#given, this.#form] = [dialog, given, dialog.querySelector("form")];
    const on = (name, type, work) => this.#part(name).addEventListener(type, work, { signal: this.#ended.signal });
    on("form", "submit", (event) => this.#make(event));
    on("[data-suggest]", "click", () => this.#suggest());
    on("[data-copy]", "click", (event) => this.#copy(event.currentTarget));
    on("[data-close]", "click", () => dialog.close());
    dialog.addEventListener("close", () => this.#leave(), { once: true });
    given.signal?.addEventListener("abort", () => dialog.close(), { signal: this.#ended.signal });
  }

  open() {
    this.#dialog.showModal();
    this.#list();
  }

  #part = (selector) => this.#dialog.querySelector(selector);

  /** Nothing of a link or a password stays in a closed dialog. */
  #leave() {
    this.#ended.abort();
    this.#form.reset();
    this.#part("[data-address]").textContent = "";
    this.#part("[data-new]").hidden = true;
    this.#part("[data-rows]").replaceChildren();
    this.#say("");
  }

  #say(id, values = {}) {
    const words = id && this.#part(`[data-says="${id}"]`).textContent;
    this.#part("[data-problem]").textContent = sentence(words, values);
  }

  /** `error` is one of remote.js; what the server says about a field is said as it is. */
  #told({ problem = {}, isPassing }) {
    if (problem.code === "plan_required") return this.#say("plan");
    if (isPassing) return this.#say("later");
    if (!problem.errors) return this.#say("refused");
    this.#part("[data-problem]").textContent = Object.values(problem.errors).join(" ");
  }

  async #list() {
    try {
      this.#show(await this.#given.remote.shares(this.#given.tid));
    } catch {
      this.#say("unlisted");
    }
  }

  #show(links) {
    this.#part("[data-none]").hidden = links.length > 0;
    this.#part("[data-rows]").replaceChildren(...links.map((link) => this.#row(link)));
  }

  #row(link) {
    const row = this.#part("template[data-row]").content.cloneNode(true).firstElementChild;
    const fill = (name, isShown, values = {}) => {
      const place = row.querySelector(`[data-${name}]`);
      place.hidden = !isShown;
      place.textContent = sentence(place.textContent, values);
    };
    for (const which of row.querySelectorAll("code, [data-which]")) which.textContent = `…/s/${link.id.slice(0, 4)}…`;
    fill("guarded", link.password);
    fill("until", link.expires_at, { time: link.expires_at && formatted(link.expires_at) });
    fill("permanent", !link.expires_at);
    fill("seen", link.views > 0, { views: link.views, last: link.views && formatted(link.last_viewed_at) });
    fill("unseen", link.views === 0);
    fill("most", link.max_views, { most: link.max_views });
    row.querySelector("button").addEventListener("click", () => this.#end(link.id, row));
    return row;
  }

  async #end(id, row) {
    this.#say("");
    try {
      await this.#given.remote.unshare(this.#given.tid, id);
    } catch (error) {
      if (error.status !== 404) return this.#told(error); // else it has ended by itself
    }
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#part("[data-none]").hidden = Boolean(next);
    (next?.querySelector("button") ?? this.#part("h2")).focus();
  }

  async #suggest() {
    const field = this.#form.elements.password;
    field.value = offered(await wordsAt(this.#form.dataset.words), WORDS);
    field.focus();
  }

  async #make(event) {
    event.preventDefault();
    const { lifetime, views, password } = this.#form.elements;
    this.#say("");
    if (password.value && [...password.value].length < PASSWORD_LEAST) {
      this.#say("short", { least: PASSWORD_LEAST });
      return password.focus();
    }
    const { tid, remote, title, document: words } = this.#given;
    const wanted = {
      origin: location.origin,
      password: password.value,
      expiresAt: lifetime.value ? new Date(Date.now() + lifetime.value * DAY_MS).toISOString() : null,
      maxViews: views.value ? Number(views.value) : null,
    };
    await this.#busily(async () => {
      const { body, address } = await madeLink(copyOf(title, words), wanted);
      await remote.share(tid, body);
      this.#ready(address, body.kdf);
    });
  }

  async #busily(work) {
    const button = this.#form.querySelector("[type=submit]");
    button.disabled = true;
    this.#form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      this.#told(error);
    } finally {
      button.disabled = false;
      this.#form.removeAttribute("aria-busy");
    }
  }

  #ready(address, kdf) {
    if (this.#ended.signal.aborted) return;
    this.#form.reset();
    this.#part("[data-address]").textContent = address;
    this.#part("[data-apart]").hidden = !kdf;
    this.#part("[data-new]").hidden = false;
    this.#part("[data-copy]").focus();
    this.#list();
  }

  async #copy(button) {
    await toClipboard(this.#part("[data-address]").textContent, button);
    const { said, label } = button.dataset;
    button.textContent = said;
    setTimeout(() => (button.textContent = label), SAID_MS);
  }
}

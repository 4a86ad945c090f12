// What words are doubted by: what of it the reader wants, and what is fetched for it, the first time that
// somebody asks for doubtful words. Lists of words come as a whole: no word is sent to be looked up.
import { bare } from "./bare.js";
import { lookupsOf } from "./readings.js";
import { StoreFailed } from "./store.js";
import { Vocabulary } from "./vocabulary.js";

const KEPT_AS = { level: "sotto-doubt-percent", off: "sotto-doubt-off" };

/** Tells of `change`. `bar` has the controls, and the addresses of the lists. */
export class Grounds extends EventTarget {
  #fetched = new Map(); // what for → a promise
  #vocabulary = null;
  #isPoor = false; // the list that there is
  #lookups = [];
  #heard = new Set(); // bare words that a machine heard anywhere

  constructor({ store, editing, glossary, ending }, bar) {
    super();
    Object.assign(this, { store, editing, glossary, bar, level: bar.querySelector("[type=range]") });
    this.boxes = new Map([...bar.querySelectorAll("[name=doubted]")].map((box) => [box.value, box]));
    this.level.value = kept("level") ?? this.level.value;
    const off = (kept("off") ?? "").split(" ");
    for (const [kind, box] of this.boxes) box.checked = !off.includes(kind);
    this.level.addEventListener("input", () => this.#choose());
    for (const box of this.boxes.values()) box.addEventListener("change", () => this.#choose());
    editing.addEventListener("replaced", () => this.#fetched.clear(), { signal: ending.signal });
    this.#show();
  }

  get percent() {
    return this.level.value;
  }

  wants = (kind) => this.boxes.get(kind).checked;

  /** As doubt.js takes them, as they are now. */
  get now() {
    const own = new Set(this.glossary.rules.flatMap(({ from, to }) => `${from} ${to}`.split(/\s+/u)).map(bare));
    return {
      threshold: this.wants("unsure") ? this.percent / 100 : 0,
      rules: this.wants("rule") ? this.glossary.byWord : undefined,
      vocabulary: this.wants("unlisted") ? this.#vocabulary : null,
      isKnown: (word) => own.has(word),
      isTyped: ({ text, confidence }, { edited }) => edited && confidence === null && !this.#heard.has(bare(text)),
      lookups: this.wants("reading") ? this.#lookups : [],
    };
  }

  /** Resolves once all is there that the reader wants, and can be had. */
  fetch() {
    return Promise.all([
      this.wants("unlisted") && this.#once("words", () => this.#fetchWords()),
      this.#once("hearings", () => this.#fetchHearings()),
    ]);
  }

  #once(what, get) {
    if (!this.#fetched.has(what)) this.#fetched.set(what, get().then(() => this.#changed()));
    return this.#fetched.get(what);
  }

  get #address() {
    return this.bar.querySelector("[data-vocabularies]").dataset[this.editing.document.language];
  }

  async #fetchWords() {
    this.#vocabulary = null;
    const { language } = this.editing.document;
    const lines = this.#address && await fetch(this.#address).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    if (!lines) return;
    const vocabulary = new Vocabulary(language, lines);
    this.#isPoor = !vocabulary.fits(this.editing.segments);
    if (!this.#isPoor) this.#vocabulary = vocabulary;
  }

  /** Of a document that nobody has edited yet, what stands there is what was heard. */
  async #fetchHearings() {
    this.#lookups = [];
    const { segments } = this.editing;
    this.#heard = forms(segments.filter(({ edited }) => !edited));
    try {
      const { machine, hearings } = await this.store.versions();
      // The one before; after going back to the first, the newest.
      const other = hearings.find((number) => number < machine) ?? hearings.find((number) => number > machine);
      const wanted = other ? [machine, other] : segments.some(({ edited }) => edited) ? [machine] : [];
      const [mine, theirs] = await Promise.all(wanted.map((number) => this.store.version(number)));
      for (const one of [mine, theirs]) for (const form of forms(one?.heard?.segments ?? [])) this.#heard.add(form);
      if (mine?.heard && theirs?.heard) this.#lookups = lookupsOf(hearing(mine, mine.number < theirs.number), hearing(theirs, theirs.number < mine.number));
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
    }
  }

  #choose() {
    const off = [...this.boxes.keys()].filter((kind) => !this.wants(kind));
    try {
      localStorage.setItem(KEPT_AS.level, this.level.value);
      localStorage.setItem(KEPT_AS.off, off.join(" "));
    } catch {
      // A browser that keeps nothing: it holds as long as the page does.
    }
    this.fetch();
    this.#changed();
  }

  #changed() {
    this.#show();
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Only what there is to choose. */
  #show() {
    this.boxes.get("unlisted").closest("label").hidden = !this.#address || this.#isPoor;
    this.boxes.get("reading").closest("label").hidden = !this.#lookups.length;
  }
}

/** The bare words of segments. */
function forms(segments) {
  const written = new Set(segments.flatMap(({ words }) => words.map(({ text }) => text)));
  return new Set(Array.from(written, bare));
}

const hearing = (version, isBefore) => ({ document: version.heard, about: { model: version.heard_by, isBefore } });

function kept(what) {
  try {
    return localStorage.getItem(KEPT_AS[what]);
  } catch {
    return null;
  }
}

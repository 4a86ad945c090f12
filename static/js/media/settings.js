// How somebody likes to listen, kept by this browser for all recordings.
const KEPT_AS = "sotto-player";
const FIRST = { speed: 1, volume: 1, back: 1, skip: false, follow: true, nudge: 0.01 };

export class Settings extends EventTarget {
  #values;

  constructor(storage = globalThis.localStorage) {
    super();
    this.storage = storage;
    this.#values = { ...FIRST, ...read(storage) };
  }

  get = (name) => this.#values[name];

  set(name, value) {
    this.#values[name] = value;
    try {
      this.storage.setItem(KEPT_AS, JSON.stringify(this.#values));
    } catch {
      // A browser that keeps nothing: it holds as long as the page does.
    }
    this.dispatchEvent(new CustomEvent("change", { detail: name }));
  }
}

/** What was kept, as far as it is of the kind that it should be. */
function read(storage) {
  try {
    const kept = Object.entries(JSON.parse(storage.getItem(KEPT_AS)) ?? {});
    return Object.fromEntries(kept.filter(([name, value]) => typeof value === typeof FIRST[name]));
  } catch {
    return {};
  }
}

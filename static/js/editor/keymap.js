// Which keys do what: the table's, and what the reader made of them, kept by this browser.
import { isMac } from "./chords.js";

const KEPT_AS = "sotto-keys";

export class Keymap extends EventTarget {
  #own;

  constructor(acts, storage = globalThis.localStorage, mac = isMac) {
    super();
    Object.assign(this, { acts, storage, mac });
    this.#own = read(storage);
  }

  act = (id) => this.acts.find((act) => act.id === id);

  /** The chords of an act; none is possible. */
  chords = (id) => this.#own[id] ?? this.#first(id);

  isOwn = (id) => id in this.#own;

  actOf = (chord) => this.acts.find(({ id }) => this.chords(id).includes(chord));

  /** From now on `chord` alone does this, and nothing else; "" leaves the act without keys. */
  give(id, chord) {
    const loser = chord && this.actOf(chord);
    if (loser) this.#own[loser.id] = this.chords(loser.id).filter((one) => one !== chord);
    this.#own[id] = chord ? [chord] : [];
    this.#keep();
  }

  reset() {
    this.#own = {};
    this.#keep();
  }

  #first(id) {
    const { keys, mac = keys } = this.act(id);
    return (this.mac ? mac : keys).split(" ").filter(Boolean);
  }

  #keep() {
    try {
      this.storage.setItem(KEPT_AS, JSON.stringify(this.#own));
    } catch {
      // A browser that keeps nothing: they hold as long as the page does.
    }
    this.dispatchEvent(new CustomEvent("change"));
  }
}

function read(storage) {
  try {
    const kept = Object.entries(JSON.parse(storage.getItem(KEPT_AS)) ?? {});
    return Object.fromEntries(kept.filter(([, chords]) => Array.isArray(chords)));
  } catch {
    return {};
  }
}

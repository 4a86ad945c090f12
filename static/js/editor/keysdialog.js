// The keys, to be looked up and changed. Words and order come from templates/transcripts/_keys_….html.
import { chordOf, keysOf } from "./chords.js";

export class KeysDialog {
  #listening = null; // the row that waits for its keys
  #asked = ""; // the chord that another act has, and that would be taken away from it

  constructor(dialog, keymap) {
    Object.assign(this, { dialog, keymap, names: dialog.dataset });
    this.rows = [...dialog.querySelectorAll("[data-key]")];
    this.said = dialog.querySelector("[data-keys-said]");
    const controls = dialog.querySelector("[data-key-controls]");
    for (const row of this.rows) {
      row.dataset.words = row.textContent.trim();
      row.append(controls.content.cloneNode(true));
      row.querySelector("[data-change]").setAttribute("aria-label", dialog.dataset.change.replace("{act}", row.dataset.words));
      row.querySelector("[data-change]").addEventListener("click", () => this.#listen(row));
    }
    dialog.querySelector("[data-keys-search]").addEventListener("input", ({ target }) => this.#search(target.value));
    dialog.querySelector("[data-keys-reset]").addEventListener("click", () => (this.#listen(null), keymap.reset()));
    dialog.addEventListener("keydown", (event) => this.#listening && this.#hear(event));
    dialog.addEventListener("close", () => this.#listen(null));
    keymap.addEventListener("change", () => this.#write());
    this.#write();
    this.#listen(null);
  }

  words = (id) => this.rows.find((row) => row.dataset.key === id)?.dataset.words ?? id;

  show() {
    this.dialog.showModal();
    this.dialog.querySelector("[data-keys-search]").focus();
  }

  #write() {
    for (const row of this.rows) {
      const chords = this.keymap.chords(row.dataset.key).map((chord) => this.#written(chord));
      row.querySelector("[data-chords]").replaceChildren(...(chords.length ? chords : [this.names.none]));
      row.classList.toggle("is-own", this.keymap.isOwn(row.dataset.key));
    }
  }

  #written(chord) {
    const element = document.createElement("span");
    element.append(...keysOf(chord, this.names).map((key) => {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      return cap;
    }));
    return element;
  }

  #search(text) {
    const wanted = text.trim().toLowerCase();
    for (const row of this.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    for (const group of this.dialog.querySelectorAll("[data-key-group]")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
  }

  #listen(row) {
    this.#listening?.classList.remove("is-listening");
    this.#listening = row;
    this.#asked = "";
    row?.classList.add("is-listening");
    this.said.textContent = row ? this.names.press.replace("{act}", row.dataset.words) : this.names.hint;
  }

  #hear(event) {
    const chord = chordOf(event);
    if (!chord || chord === "Tab" || chord === "Shift+Tab") return;
    event.preventDefault();
    if (chord === "Escape") return this.#listen(null);
    const { key, words } = this.#listening.dataset;
    const wanted = /^(Backspace|Delete)$/.test(chord) ? "" : chord;
    const other = wanted && this.keymap.actOf(wanted);
    if (other && other.id !== key && this.#asked !== wanted) {
      this.#asked = wanted;
      this.said.textContent = this.names.clash.replace("{other}", this.words(other.id));
      return;
    }
    this.keymap.give(key, wanted);
    this.#listen(null);
    this.said.textContent = this.names.done.replace("{act}", words);
  }
}

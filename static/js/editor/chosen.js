// The segments that the next act is for: some in a row that were selected, or the one last worked on.
import { sentence } from "./sentence.js";

/** `ids` in the order of the document, empty where nothing was chosen or touched yet. */
export class Chosen {
  #from = null;
  #to = null;
  #last = null;

  constructor({ rows, editing, typing, part, ending }) {
    Object.assign(this, { rows, editing, typing, status: part("chosen") });
    const options = { signal: ending.signal };
    rows.place.addEventListener("focusin", ({ target }) => (this.#last = rows.idOf(target) ?? this.#last), options);
    rows.place.addEventListener("keydown", (event) => this.#press(event), options);
    rows.place.addEventListener("pointerdown", () => this.clear(), options);
    rows.place.addEventListener("beforeinput", () => this.clear(), options);
    document.addEventListener("selectionchange", () => this.#select(), options);
    editing.addEventListener("change", () => this.#show(), options);
    editing.addEventListener("replaced", () => this.clear(), options);
  }

  get ids() {
    const range = this.range;
    if (range.length) return range;
    return this.editing.row(this.#last) ? [this.#last] : [];
  }

  /** Those that were selected: none, or several that stand together. */
  get range() {
    const { segments, row } = this.editing;
    const [from, to] = [this.#from, this.#to].map((id) => segments.indexOf(row(id)));
    if (from < 0 || to < 0) return [];
    return segments.slice(Math.min(from, to), Math.max(from, to) + 1).map((one) => one.id);
  }

  clear() {
    if (this.#from !== null) this.#set(null, null);
  }

  #set(from, to) {
    [this.#from, this.#to] = [from, to];
    this.#show();
  }

  #show() {
    const range = this.range;
    for (const one of this.rows.place.querySelectorAll("[data-chosen-row]")) one.removeAttribute("data-chosen-row");
    for (const id of range) this.rows.element(id)?.setAttribute("data-chosen-row", "");
    this.status.textContent = range.length ? sentence(this.status.dataset.range, { count: range.length }) : "";
  }

  /** Shift and an arrow, where the text ends, goes on over whole segments. */
  #press(event) {
    if (event.key === "Escape") return this.#from !== null && (event.preventDefault(), this.clear());
    const step = event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const { at } = this.typing;
    if (!step || !at) return event.key.startsWith("Arrow") && this.clear();
    const isAtEdge = step < 0 ? at.start === 0 : at.end === at.text.length;
    if (this.#from === null && !isAtEdge) return;
    event.preventDefault();
    this.typing.commit();
    const to = this.rows.beside(this.#to ?? at.segment, step);
    if (to) this.#set(this.#from ?? at.segment, to);
    if (to) this.rows.show(to);
  }

  /** With the pointer, over more than one segment. */
  #select() {
    const { anchorNode, focusNode, isCollapsed } = getSelection();
    if (isCollapsed || !this.rows.place.contains(anchorNode) || !this.rows.place.contains(focusNode)) return;
    const [from, to] = [this.rows.idOf(anchorNode), this.rows.idOf(focusNode)];
    if (from && to && from !== to) this.#set(from, to);
  }
}

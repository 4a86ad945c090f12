// Marks stretches of the texts in sight, by the browser's highlights: the texts stay texts.
import { rangeIn } from "./caret.js";

const SETTLED_AFTER_MS = 120;

export class Painter {
  #frame = 0;
  #timer = 0;

  /**
   * `stretches(row)` are the `[start, end]` to mark in a segment, as long as `isOn()`; `name` is that
   * of `::highlight()`.
   */
  constructor(name, { rows, editing, ending }, { isOn, stretches, priority = 0 }) {
    Object.assign(this, { rows, editing, isOn, stretches });
    this.highlight = globalThis.Highlight ? new Highlight() : null;
    if (!this.highlight) return;
    this.highlight.priority = priority;
    CSS.highlights.set(name, this.highlight);
    const paint = () => this.paint();
    for (const what of ["change", "replaced"]) editing.addEventListener(what, paint, { signal: ending.signal });
    addEventListener("scroll", () => this.#drawSoon(), { passive: true, signal: ending.signal });
    ending.signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#timer);
      CSS.highlights.delete(name);
    });
  }

  /** Soon, and again once rows that came into sight are filled in. */
  paint() {
    if (!this.highlight) return;
    this.#frame ||= requestAnimationFrame(() => this.#draw());
    this.#drawSoon();
  }

  #drawSoon() {
    clearTimeout(this.#timer);
    if (this.isOn()) this.#timer = setTimeout(() => this.#draw(), SETTLED_AFTER_MS);
  }

  #draw() {
    this.#frame = 0;
    this.highlight.clear();
    if (!this.isOn()) return;
    for (const element of inSight(this.rows.place)) {
      const row = this.editing.row(element.dataset.segment);
      const marks = row ? this.stretches(row) : [];
      const field = marks.length && element.querySelector("[data-text]");
      if (!field || field.textContent !== row.text) continue;
      for (const [start, end] of marks) this.highlight.add(rangeIn(field, start, end));
    }
  }
}

/** The elements of segments in the window and one window around it. */
function inSight(place) {
  const isNear = (sheet) => {
    const { top, bottom } = sheet.getBoundingClientRect();
    return bottom > -innerHeight && top < 2 * innerHeight;
  };
  return [...place.children].filter(isNear).flatMap((sheet) => [...sheet.querySelectorAll("[data-segment]")]);
}

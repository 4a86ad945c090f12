// The word being spoken is lit; a click on a word goes to it. Ranges, not elements: texts stay texts.
import { indexAt } from "../media/words.js";
import { caretIn, rangeIn } from "./caret.js";

const FOLLOW_AFTER_MS = 4000;

/** Where each word of a segment stands in its text: `[{word, start, end}]`, in UTF-16 units. */
export function placesOf(row) {
  let at = 0;
  const places = [];
  for (const word of row.words) {
    const start = row.text.indexOf(word.text, at);
    if (start < 0) continue;
    at = start + word.text.length;
    places.push({ word, start, end: at });
  }
  return places;
}

export function follow({ article, editing, rows, typing, ending }) {
  const lit = globalThis.Highlight ? new Highlight() : null;
  if (lit) CSS.highlights.set("sotto-lit", lit);
  let starts = null;
  let scrolledAt = 0;
  let shown = null;
  const forget = () => (starts = null);
  for (const name of ["change", "replaced"]) editing.addEventListener(name, forget);
  for (const name of ["wheel", "touchmove"]) {
    addEventListener(name, () => (scrolledAt = Date.now()), { passive: true, signal: ending.signal });
  }

  article.addEventListener("sotto:time", ({ detail: seconds }) => {
    starts ??= Float64Array.from(editing.segments, (row) => row.start);
    const row = editing.segments[indexAt(starts, seconds)];
    const place = row && placesOf(row).findLast(({ word }) => word.start <= seconds);
    lit?.clear();
    if (!place) return;
    const field = rows.text(row.id);
    if (field.textContent === row.text) lit?.add(rangeIn(field, place.start, place.end));
    if (shown !== row.id && !typing.at && Date.now() - scrolledAt > FOLLOW_AFTER_MS) rows.show(row.id);
    shown = row.id;
  });

  rows.place.addEventListener("click", ({ target }) => {
    const stamp = target.closest("[data-seek]");
    if (stamp) article.dispatchEvent(new CustomEvent("sotto:seek", { detail: Number(stamp.dataset.seek) }));
    const field = target.closest("[data-text]");
    const caret = field && getSelection().isCollapsed && caretIn(field);
    if (!caret) return;
    const row = editing.row(rows.idOf(field));
    const place = placesOf(row).findLast((one) => one.start <= caret.start);
    if (place) article.dispatchEvent(new CustomEvent("sotto:place", { detail: place.word.start }));
  });
  ending.signal.addEventListener("abort", () => CSS.highlights?.delete("sotto-lit"));
}

// The word being spoken is lit; a click on a word goes to it. Ranges, not elements: texts stay texts.
import { caretIn, rangeIn } from "./caret.js";

const LEAVE_ALONE_MS = 4000;

/** Where each word of a segment stands in its text: `[{word, index, start, end}]`, in UTF-16 units. */
export function placesOf(row) {
  let at = 0;
  const places = [];
  row.words.forEach((word, index) => {
    const start = row.text.indexOf(word.text, at);
    if (start < 0) return;
    at = start + word.text.length;
    places.push({ word, index, start, end: at });
  });
  return places;
}

/** The word at a time, and the words of its segment looked up once. */
class Spoken {
  #row = null;
  #words = null;
  #places = [];

  placeAt(row, seconds) {
    if (row !== this.#row || row?.words !== this.#words) {
      [this.#row, this.#words] = [row, row?.words];
      this.#places = row ? placesOf(row) : [];
    }
    return this.#places.findLast(({ word }) => word.start <= seconds) ?? null;
  }
}

export function follow({ article, editing, rows, listening, player, ending }) {
  const lit = globalThis.Highlight ? new Highlight() : null;
  if (lit) CSS.highlights.set("sotto-lit", lit);
  const spoken = new Spoken();
  let [shown, text, shownRow] = [null, null, null];
  let busyAt = -Infinity; // when somebody last scrolled or typed: the text is theirs then
  const busy = () => (busyAt = performance.now());
  for (const name of ["wheel", "touchmove"]) addEventListener(name, busy, { passive: true, signal: ending.signal });
  for (const name of ["keydown", "beforeinput"]) rows.place.addEventListener(name, busy);

  function light(row, place) {
    const field = place && rows.text(row.id);
    if (place === shown && field?.textContent === text) return;
    [shown, text] = [place, field?.textContent];
    lit?.clear();
    if (place && text === row.text) lit?.add(rangeIn(field, place.start, place.end));
  }

  player.addEventListener("time", ({ detail: seconds }) => {
    const row = listening.rowAt(seconds);
    light(row, row && spoken.placeAt(row, seconds));
    const isTheirs = performance.now() - busyAt < LEAVE_ALONE_MS;
    if (!row || shownRow === row.id || isTheirs || !player.settings.get("follow")) return;
    if (!player.paused) rows.show(row.id);
    shownRow = row.id;
  }, { signal: ending.signal });
  player.settings.addEventListener("change", () => (shownRow = null), { signal: ending.signal });

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

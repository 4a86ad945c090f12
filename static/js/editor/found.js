// What a search found in the document: which segment, in its text or its note, and where.
import { replaced } from "./find.js";
import { grouped } from "./grouped.js";

const PAINTED_AT_MOST = 20_000;

/** `texts` for the worker, and `places`, which say whose they are. */
export function searchable(segments, withNotes) {
  const [places, texts] = [[], []];
  const add = (segment, field, text) => (places.push({ segment, field }), texts.push(text));
  for (const { id, text, note } of segments) {
    add(id, "text", text);
    if (withNotes && note) add(id, "note", note);
  }
  return { places, texts };
}

export class Found {
  /** `hits` are the search's, `places` what it searched. */
  constructor(hits = { count: 0 }, places = []) {
    Object.assign(this, { hits, places, count: hits.count });
    this.stretches = new Map(); // id of a segment → [start, end] of what is in its text
    for (let number = 0; number < Math.min(this.count, PAINTED_AT_MOST); number += 1) {
      const { segment, field, start, end } = this.at(number);
      if (field !== "text") continue;
      if (!this.stretches.has(segment)) this.stretches.set(segment, []);
      this.stretches.get(segment).push([start, end]);
    }
  }

  /** `{segment, field, start, end, replacement}` */
  at(number) {
    const { index, start, end, replacement } = this.hits.hit(number);
    return { ...this.places[index], start, end, replacement };
  }

  get all() {
    return Array.from({ length: this.count }, (_, number) => this.at(number));
  }

  /** The number of the first at or behind a place `{segment, start}`, else of the very first. */
  nearest(place) {
    const order = new Map(this.places.map(({ segment }, index) => [segment, index]));
    const from = place ? order.get(place.segment) ?? -1 : -1;
    let [low, high] = [0, this.count];
    const isBefore = ({ index, start }) => index < from || (index === from && start < place.start);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (from >= 0 && isBefore(this.hits.hit(middle))) low = middle + 1;
      else high = middle;
    }
    return low % (this.count || 1);
  }
}

/** One operation for each text. `changes`: `[{segment, field, start, end, replacement}]`, in order. */
export function replacing(changes, row) {
  const byText = grouped(changes, ({ segment, field }) => `${field} ${segment}`);
  return [...byText.values()].map((some) => {
    const [{ segment, field }] = some;
    const stretches = some.map(({ start, end, replacement }) => [start, end, replacement]);
    return { op: field, segment, [field]: replaced(row(segment)[field], stretches) };
  });
}

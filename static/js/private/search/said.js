// What is said in one transcript, ready to be searched: its passages, and lines of their tokens.
import { folded, tokenLines } from "./folding.js";
import { snippet } from "./snippet.js";

const LOOKED_AT = 200; // passages of one transcript, before the best are shown

/** What is kept of a document for searching: `{speakers, passages: [[start, speaker's place or -1, words]]}`. */
export function extract({ speakers, segments }) {
  const places = new Map(speakers.map(({ id }, place) => [id, place]));
  const passages = segments.map(({ start, speaker, text }) => [start, places.get(speaker) ?? -1, text.trim()]);
  return { speakers: speakers.map(({ name }) => name), passages: passages.filter(([, , words]) => words) };
}

const lineOf = (words) => words.replaceAll("\n", " ");

export class Said {
  #passages; #speakers; #lines; #starts = null; #ofSpeaker = new Map();
  /** Names of those who say something. */
  speakers;

  constructor({ speakers, passages }) {
    [this.#speakers, this.#passages] = [speakers, passages];
    this.#lines = tokenLines(passages.map(([, , words]) => lineOf(words)).join("\n"));
    this.speakers = [...new Set(passages.map(([, place]) => speakers[place] ?? ""))].filter(Boolean).sort();
  }

  says = ({ needle }, speaker = "") => this.#linesOf(speaker).includes(needle);

  /** Up to `most` of `{start, speaker, pieces}`, those with most of what was asked for, as they were said; and whether there are more. */
  hits(query, most, speaker = "") {
    const held = new Map();
    for (const { needle } of query.wanted) for (const number of this.#numbers(needle, speaker)) held.set(number, (held.get(number) ?? 0) + 1);
    const inOrder = [...held].sort(([one], [other]) => one - other);
    const best = inOrder.toSorted(([, one], [, other]) => other - one).slice(0, most);
    const shown = best.map(([number]) => number).sort((one, other) => one - other);
    return { hits: shown.map((number) => this.#hit(number, query)), isMore: held.size > most };
  }

  #hit(number, query) {
    const [start, place, words] = this.#passages[number];
    return { start, speaker: this.#speakers[place] ?? "", pieces: snippet(words, query) };
  }

  #isOf = (number, speaker) => !speaker || this.#speakers[this.#passages[number][1]] === speaker;

  /** Of passages that hold it, the first ones. */
  #numbers(needle, speaker) {
    const found = new Set();
    for (let at = this.#lines.indexOf(needle); at >= 0 && found.size < LOOKED_AT; at = this.#lines.indexOf(needle, at + 1)) {
      const number = this.#numberAt(at);
      if (this.#isOf(number, speaker)) found.add(number);
    }
    return found;
  }

  #numberAt(at) {
    this.#starts ??= [...this.#lines.matchAll(/\n/g)].map(({ index }) => index);
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #linesOf(speaker) {
    if (!speaker) return this.#lines;
    if (!this.#ofSpeaker.has(speaker)) {
      const lines = this.#lines.split("\n");
      this.#ofSpeaker.set(speaker, lines.filter((_, number) => this.#passages[number] && this.#isOf(number, speaker)).join("\n"));
    }
    return this.#ofSpeaker.get(speaker);
  }
}

/** Whether a transcript is found: all that is wanted somewhere in it or its title, nothing that is unwanted. */
export function fits(query, title, said, speaker = "") {
  const inTitle = tokenLines(lineOf(title));
  const has = (term, of) => (!of && inTitle.includes(term.needle)) || Boolean(said?.says(term, of));
  if (speaker && !said?.speakers.includes(speaker)) return false;
  return query.wanted.every((term) => has(term, speaker)) && !query.unwanted.some((term) => has(term, ""));
}

export const isInTitle = (query, title) => query.wanted.every(({ needle }) => tokenLines(lineOf(title)).includes(needle));
export const inOrderOf = (title) => folded(title).trim();

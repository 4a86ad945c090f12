// What is said in one transcript, ready to be searched: its passages as lines, and the tokens of each as a line.
import { tokenLines } from "./folding.js";
import { snippet } from "./snippet.js";

const LOOKED_AT = 200; // passages of one transcript, before the best are shown
const NOBODY = -1;

const lineOf = (words) => words.trim().replaceAll("\n", " ");

function breaksOf(lines) {
  const found = [];
  for (let at = lines.indexOf("\n"); at >= 0; at = lines.indexOf("\n", at + 1)) found.push(at);
  return Int32Array.from(found);
}

/** What is kept of a document to be searched: `{speakers, starts, places, words}`, where `words` has a line for each passage. */
export function extract({ speakers, segments }) {
  const places = new Map(speakers.map(({ id }, place) => [id, place]));
  return {
    speakers: speakers.map(({ name }) => name),
    starts: segments.map(({ start }) => start),
    places: segments.map(({ speaker }) => places.get(speaker) ?? NOBODY),
    words: segments.map(({ text }) => lineOf(text)).join("\n"),
  };
}

export class Said {
  #names; #starts; #places; #words; #lines; #breaks = null; #wordBreaks = null; #ofSpeaker = new Map();
  /** Names of those who say something. */
  speakers;

  constructor({ speakers, starts, places, words }) {
    [this.#names, this.#words, this.#lines] = [speakers, words, tokenLines(words)];
    [this.#starts, this.#places] = [Float64Array.from(starts), Int16Array.from(places)];
    this.speakers = [...new Set(places.map((place) => speakers[place] ?? ""))].filter(Boolean).sort();
  }

  says = ({ needle }, speaker = "") => this.#linesOf(speaker).includes(needle);

  /** `{hits: [{start, speaker, pieces}], isMore}`: the `most` passages with most of what was asked for, as they were said. */
  hits(query, most, speaker = "") {
    const held = new Map();
    for (const { needle } of query.wanted) for (const number of this.#numbers(needle, speaker)) held.set(number, (held.get(number) ?? 0) + 1);
    const inOrder = [...held].sort(([one], [other]) => one - other);
    const best = inOrder.sort(([, one], [, other]) => other - one).slice(0, most);
    const shown = best.map(([number]) => number).sort((one, other) => one - other);
    return { hits: shown.map((number) => this.#hit(number, query)), isMore: held.size > most };
  }

  #hit(number, query) {
    const breaks = (this.#wordBreaks ??= breaksOf(this.#words));
    const words = this.#words.slice(number ? breaks[number - 1] + 1 : 0, breaks[number]);
    return { start: this.#starts[number], speaker: this.#names[this.#places[number]] ?? "", pieces: snippet(words, query) };
  }

  #isOf = (number, speaker) => !speaker || this.#names[this.#places[number]] === speaker;

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
    this.#breaks ??= breaksOf(this.#lines);
    let [low, high] = [0, this.#breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#breaks[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #linesOf(speaker) {
    if (!speaker) return this.#lines;
    if (!this.#ofSpeaker.has(speaker)) {
      const theirs = this.#lines.split("\n").filter((_, number) => this.#isOf(number, speaker));
      this.#ofSpeaker.set(speaker, theirs.join("\n"));
    }
    return this.#ofSpeaker.get(speaker);
  }
}

/** `title` as lines of tokens. */
const inTitle = (term, title) => title.includes(term.needle);
const titleLines = new WeakMap();

function linesOfTitle(row) {
  if (titleLines.get(row)?.title !== row.title) titleLines.set(row, { title: row.title, lines: tokenLines(lineOf(row.title)) });
  return titleLines.get(row).lines;
}

/** Whether a transcript is found: all that is wanted somewhere in it or the title of its row, and nothing that is unwanted. */
export function fits(query, row, said, speaker = "") {
  if (speaker && !said?.speakers.includes(speaker)) return false;
  const title = linesOfTitle(row);
  const has = (term, of) => (!of && inTitle(term, title)) || Boolean(said?.says(term, of));
  return query.wanted.every((term) => has(term, speaker)) && !query.unwanted.some((term) => has(term, ""));
}

export const isInTitle = (query, row) => query.wanted.every((term) => inTitle(term, linesOfTitle(row)));

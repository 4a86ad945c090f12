// Rules of the glossary: one wording stands for another. Pure.
import { finder } from "./find.js";

const MOST_WORDS = 4;

/**
 * What somebody put right in a text: `{from, to}`, a few words for a few others in one place.
 * null where more was changed, or where something only came or went.
 */
export function correction(before, after) {
  const [old, fresh] = [before, after].map((text) => text.trim().split(/\s+/u));
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const [from, to] = [old, fresh].map((words) => trimmed(words.slice(head, words.length - tail)));
  const isFew = (words) => words && words.split(" ").length <= MOST_WORDS;
  return isFew(from) && isFew(to) && from !== to ? { from, to } : null;
}

/** Without the signs around them, which belong to the sentence and not to the wording. */
const trimmed = (words) => words.join(" ").replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, "");

export const isSameRule = (one, other) => one.from === other.from && one.to === other.to;

/** What the rules would change, in order: where two want the same place, the longer has it. */
export function ruled(segments, rules) {
  const finders = rules.map(({ from, to }) => {
    const find = finder({ query: from, isPattern: false, isCased: true, isWhole: true, isFolded: false });
    return { find, to };
  });
  return segments.flatMap(({ id, text }) => {
    const wanted = finders.flatMap(({ find, to }) => find(text).map(({ start, end }) => ({
      segment: id, field: "text", start, end, replacement: to,
    })));
    wanted.sort((one, other) => one.start - other.start || other.end - one.end);
    let free = 0;
    return wanted.filter(({ start, end }) => start >= free && (free = end));
  });
}

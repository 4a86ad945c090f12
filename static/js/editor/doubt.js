// Words that may be wrong: the model was not sure of them, or they were put right elsewhere before.
import { grouped } from "./grouped.js";
import { placesOf } from "./light.js";

const AROUND_WORD = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** A word without the signs around it, for comparing. */
export const bare = (text) => text.replace(AROUND_WORD, "").normalize("NFC").toLowerCase();

/**
 * Of a segment: `[{segment, index, start, end, text, confidence, rule}]`, in order. `rules` says by
 * the bare word which rule of the glossary is for it.
 */
export function doubtsIn(row, threshold, rules = new Map()) {
  const isDoubtful = (word) => (word.confidence !== null && word.confidence < threshold) || (rules.size > 0 && rules.has(bare(word.text)));
  if (!row.words.some(isDoubtful)) return [];
  return placesOf(row).filter(({ word }) => isDoubtful(word)).map(({ word, start, end }) => ({
    segment: row.id, index: row.words.indexOf(word), start, end,
    text: word.text, confidence: word.confidence, rule: rules.get(bare(word.text)) ?? null,
  }));
}

/** Says that these are right. One operation for each segment. */
export function accepting(doubts) {
  const bySegment = grouped(doubts, ({ segment }) => segment);
  return [...bySegment].map(([segment, some]) => ({ op: "accept", segment, words: some.map(({ index }) => index) }));
}

/** The first beyond a place `{segment, start, end}` in the order of the segments; round at the end. */
export function nextOf(doubts, segments, place, step) {
  if (!doubts.length) return null;
  const order = new Map(segments.map((row, index) => [row.id, index]));
  const from = order.get(place?.segment) ?? -1;
  const isBeyond = step > 0
    ? ({ segment, start }) => order.get(segment) > from || (order.get(segment) === from && start >= place.end)
    : ({ segment, end }) => order.get(segment) < from || (order.get(segment) === from && end <= place.start);
  return step > 0 ? doubts.find(isBeyond) ?? doubts[0] : doubts.findLast(isBeyond) ?? doubts.at(-1);
}

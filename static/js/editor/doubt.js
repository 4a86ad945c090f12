// Words that may be wrong: the model was not sure of them, a rule of the glossary is for them, no list
// has them, or another hearing has something else in their place. Pure.
import { bare, unsigned } from "./bare.js";
import { joined } from "./diff.js";
import { grouped } from "./grouped.js";
import { placesOf } from "./light.js";
import { readingsIn } from "./readings.js";
import { retimed } from "./retiming.js";

const SURE = 1; // what accepting makes of a word
const never = () => false;

/**
 * Of a segment, in order: `[{segment, indices, start, end, text, confidence, rule, unlisted, reading}]`.
 * Of the last four each is there where it is a reason. The grounds, of which each may be lacking:
 *   threshold   of confidence, below which a model was not sure
 *   rules       which rule of the glossary is for a bare word
 *   vocabulary  the list of a language
 *   isKnown     whether a bare word is the reader's own: the list may lack it
 *   isTyped     whether a person put a word of a segment there
 *   lookups     those of readings.js
 */
export function doubtsIn(row, { threshold = 0, rules, vocabulary, isKnown = never, isTyped = never, lookups = [] }) {
  const sureOf = ({ confidence }) => (confidence !== null && confidence < threshold ? confidence : null);
  const ruleOf = (word) => (rules?.size && word.confidence !== SURE && rules.get(bare(word.text))) || null;
  const isUnlisted = (word) => Boolean(vocabulary?.lacks(word.text)) && word.confidence !== SURE && !isTyped(word, row) && !isKnown(bare(word.text));
  const isDoubtful = (word) => sureOf(word) !== null || isUnlisted(word) || ruleOf(word) !== null;
  const readings = lookups.length ? readingsIn(row, lookups) : [];
  const doubtful = row.words.map(isDoubtful);
  if (!readings.length && !doubtful.includes(true)) return [];
  const doubts = [];
  for (const { word, start, end, index } of placesOf(row)) {
    const reading = readings.find(({ first, last }) => first <= index && index <= last) ?? null;
    if (!reading && !doubtful[index]) continue;
    const one = {
      segment: row.id, indices: [index], start, end, text: word.text,
      confidence: sureOf(word), rule: ruleOf(word), unlisted: isUnlisted(word), reading,
    };
    const isSame = reading && doubts.at(-1)?.reading === reading;
    doubts.push(isSame ? together(doubts.pop(), one, row) : one);
  }
  return doubts;
}

/** Two neighbours that are one doubt, for the other hearing has the same in place of both. */
function together(one, next, row) {
  const sure = [one, next].map(({ confidence }) => confidence).filter((confidence) => confidence !== null);
  return {
    ...one,
    indices: [...one.indices, ...next.indices],
    end: next.end,
    text: row.text.slice(one.start, next.end),
    confidence: sure.length ? Math.min(...sure) : null,
    rule: one.rule ?? next.rule,
    unlisted: one.unlisted || next.unlisted,
  };
}

/** Says that these are right. One operation for each segment. */
export function accepting(doubts) {
  const bySegment = grouped(doubts, ({ segment }) => segment);
  return [...bySegment].map(([segment, some]) => ({ op: "accept", segment, words: some.flatMap(({ indices }) => indices) }));
}

/** What the other hearing has, as a text; of no words it is empty. */
export const otherText = ({ reading }) => joined(reading.other.map(({ text }) => text));

/**
 * Puts it there, and says that it is right. The signs around it stay those that are there. What was not
 * heard goes as these very words: of the same word said twice, the one that stays keeps its time.
 */
export function taking(row, doubt) {
  const { start, end, segment } = doubt;
  const [before, behind] = [row.text.slice(0, start), row.text.slice(end)];
  const heard = unsigned(otherText(doubt));
  if (!heard) {
    const words = row.words.filter((_, index) => !doubt.indices.includes(index));
    return [{ op: "put", segments: [{ ...row, text: before ? before.trimEnd() + behind : behind.trimStart(), words, edited: true }] }];
  }
  const old = row.text.slice(start, end);
  const at = unsigned(old) ? old.indexOf(unsigned(old)) : 0;
  const instead = old.slice(0, at) + heard + old.slice(at + unsigned(old).length);
  const text = before + instead + behind;
  const places = placesOf({ text, words: retimed(row, text) });
  const words = places.filter((place) => place.start < start + instead.length && place.end > start).map(({ index }) => index);
  return [{ op: "text", segment, text }, { op: "accept", segment, words }];
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

// Where two hearings of one recording differ, and which words of a transcript that is about. Pure.
import { bare } from "./bare.js";

const MOST_APART_SECONDS = 2; // one word, as two machines place it
const WINDOW_SECONDS = 8; // that are compared at once where they differ, and half as much behind
const MOST_WORDS = 300; // of a window: a machine that repeats itself says more than anybody

const wordsOf = (document) => document.segments.flatMap(({ words }) => words).sort((one, other) => one.start - other.start);
const letters = (words) => words.map(({ text }) => bare(text)).join("").replace(/[\p{P}\p{S}]+/gu, "");
const middle = ({ start, end }) => (start + end) / 2;
const keyOf = ({ start }) => Math.round(1000 * start);
const apart = (one, other) => Math.abs(one.start - other.start);

/**
 * What `readingsIn` looks words up in: one for each of two hearings, `{document, about}`, with what is
 * known of it; a reading tells what is known of the other one.
 */
export function lookupsOf(mine, other) {
  const [ours, theirs] = [mine, other].map(({ document }) => wordsOf(document));
  const pairs = aligned(ours, theirs);
  // A word that stands in both at the same time is looked up as one of mine.
  const own = new Set(ours.map((word) => `${keyOf(word)} ${word.text}`));
  const isOwn = (word) => own.has(`${keyOf(word)} ${word.text}`);
  const back = differing(theirs, ours, pairs.map(([i, j]) => [j, i])).filter((stretch) => !stretch.mine.some(isOwn));
  return [lookup(differing(ours, theirs, pairs), other.about), lookup(back, mine.about)];
}

/**
 * Of a segment: `[{first, last, other, about}]`, places of words and what was heard there instead. A
 * stretch of which somebody has changed a word, or has accepted all, is settled.
 */
export function readingsIn({ words }, lookups) {
  const found = [];
  for (let first = 0; first < words.length; first += 1) {
    for (const byTime of lookups) {
      const place = byTime.get(keyOf(words[first]))?.find(({ stretch, at }) => stretch.mine[at].text === words[first].text);
      const reading = place && readingAt(words, first, place);
      if (!reading) continue;
      found.push(reading);
      first = reading.last;
      break;
    }
  }
  return found;
}

function readingAt(words, first, { stretch: { mine, other }, at, about }) {
  let last = first;
  const isNext = (word, place) => word && mine[place] && word.text === mine[place].text && keyOf(word) === keyOf(mine[place]);
  while (isNext(words[last + 1], at + last + 1 - first)) last += 1;
  const until = at + last + 1 - first;
  const isWhole = (at === 0 || first === 0) && (until === mine.length || last === words.length - 1);
  const own = words.slice(first, last + 1);
  if (!isWhole || own.every(({ confidence }) => confidence === 1)) return null;
  // Of a stretch over several segments, what was heard in the time of this one.
  const isHere = (word) => (at === 0 || middle(word) >= own[0].start) && (until === mine.length || middle(word) < mine[until].start);
  const others = other.filter(isHere);
  // Somebody may have typed it in: the word before is the same then, and the rest follows.
  const isThere = others.length > own.length && letters(words.slice(first, first + others.length)) === letters(others);
  const isPart = own.length < mine.length;
  return isThere || (isPart && letters(own) === letters(others)) ? null : { first, last, other: others, about };
}

/**
 * `[{mine, other}]`, words that stand for one another and differ. `mine` is never empty: where the
 * other heard more, the word before that is in both.
 */
function differing(ours, theirs, pairs) {
  const found = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...pairs, [ours.length, theirs.length]]) {
    if (i < nextI || j < nextJ) {
      const before = i === nextI && i > 0 ? 1 : 0;
      const behind = i === nextI && i === 0 && ours.length ? 1 : 0;
      const [mine, other] = [ours.slice(i - before, nextI + behind), theirs.slice(j - before, nextJ + behind)];
      if (mine.length && letters(mine) !== letters(other)) found.push({ mine, other });
    }
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return found;
}

function lookup(stretches, about) {
  const byTime = new Map();
  for (const stretch of stretches) {
    stretch.mine.forEach((word, at) => {
      const key = keyOf(word);
      if (!byTime.has(key)) byTime.set(key, []);
      byTime.get(key).push({ stretch, at, about });
    });
  }
  return byTime;
}

/** Pairs of places of the words that both heard, at about the same time. */
function aligned(ours, theirs) {
  const forms = new Map(); // bare word → its number
  const numbered = (words) => Int32Array.from(words, ({ text }) => {
    const form = bare(text);
    if (!forms.has(form)) forms.set(form, forms.size);
    return forms.get(form);
  });
  const [numbers, otherNumbers] = [numbered(ours), numbered(theirs)];
  const isSame = (i, j) => numbers[i] === otherNumbers[j] && apart(ours[i], theirs[j]) <= MOST_APART_SECONDS;
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < ours.length && j < theirs.length) {
    if (isSame(i, j)) {
      pairs.push([i++, j++]);
      continue;
    }
    const begin = Math.min(ours[i].start, theirs[j].start);
    const [endI, endJ] = [windowEnd(ours, i, begin), windowEnd(theirs, j, begin)];
    const found = common(i, endI, j, endJ, (a, b) => (isSame(a, b) ? 1 - apart(ours[a], theirs[b]) / 1000 : 0));
    const kept = found.filter(([a]) => ours[a].start < begin + WINDOW_SECONDS || a === found[0][0]);
    pairs.push(...kept);
    const [a, b] = kept.at(-1) ?? [past(ours, i, begin), past(theirs, j, begin)];
    [i, j] = [a + 1, b + 1];
  }
  return pairs;
}

function windowEnd(words, from, begin) {
  let to = from;
  while (to < words.length && to - from < MOST_WORDS && words[to].start < begin + 1.5 * WINDOW_SECONDS) to += 1;
  return to;
}

/** The last of the window proper; the one before it where it has none. */
function past(words, from, begin) {
  let to = from;
  while (to < words.length && to - from < MOST_WORDS && words[to].start < begin + WINDOW_SECONDS) to += 1;
  return to - 1;
}

/** A longest common subsequence of two stretches of places; of several, that of the most `worth`. */
function common(fromI, toI, fromJ, toJ, worth) {
  const width = toJ - fromJ + 1;
  const best = new Float64Array((toI - fromI + 1) * width);
  const at = (i, j) => (i - fromI) * width + j - fromJ;
  for (let i = toI - 1; i >= fromI; i -= 1) {
    for (let j = toJ - 1; j >= fromJ; j -= 1) {
      const both = worth(i, j);
      const without = Math.max(best[at(i + 1, j)], best[at(i, j + 1)]);
      best[at(i, j)] = both ? Math.max(without, both + best[at(i + 1, j + 1)]) : without;
    }
  }
  const found = [];
  let [i, j] = [fromI, fromJ];
  while (i < toI && j < toJ) {
    if (best[at(i, j)] === best[at(i + 1, j)]) i += 1;
    else if (best[at(i, j)] === best[at(i, j + 1)]) j += 1;
    else found.push([i++, j++]);
  }
  return found;
}

// Where two hearings of one recording differ, and which words of a transcript that is about. Pure.
import { bare } from "./bare.js";

const MOST_APART_SECONDS = 2; // one word, as two machines place it
const WINDOW_SECONDS = 20; // that are compared at once, and some more, so that no edge cuts a word off
const MOST_WORDS = 400; // of a window: a machine that repeats itself says more than anybody

const wordsOf = (document) => document.segments.flatMap(({ words }) => words).sort((one, other) => one.start - other.start);
const letters = (words) => words.map(({ text }) => bare(text)).join("").replace(/[\p{P}\p{S}]+/gu, "");
const middle = ({ start, end }) => (start + end) / 2;
const keyOf = ({ start, text }) => `${Math.round(1000 * start)} ${text}`;

/**
 * Of two hearings, documents: `[{mine, other}]`, lists of words that stand for one another and differ.
 * `mine` is never empty: where the other heard more, the word before that is in both.
 */
export function differing(mine, other) {
  const [ours, theirs] = [mine, other].map(wordsOf);
  const found = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...aligned(ours, theirs), [ours.length, theirs.length]]) {
    if (i < nextI || j < nextJ) {
      const more = i === nextI;
      const [before, behind] = [more && i > 0 ? 1 : 0, more && i === 0 && ours.length ? 1 : 0];
      const [own, others] = [ours.slice(i - before, nextI + behind), theirs.slice(j - before, nextJ + behind)];
      if (own.length && letters(own) !== letters(others)) found.push({ mine: own, other: others });
    }
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return found;
}

/** What `readingsIn` looks words up in; `about` is what is known of the other hearing. */
export function lookedUp(stretches, about) {
  const byWord = new Map();
  for (const stretch of stretches) stretch.mine.forEach((word, at) => byWord.set(keyOf(word), { stretch, at, about }));
  return byWord;
}

/**
 * Of a segment: `[{first, last, other, about}]`, places of words and what was heard there instead. A
 * stretch of which somebody has changed a word, or has accepted all, is settled.
 */
export function readingsIn(row, lookups) {
  const found = [];
  for (let first = 0; first < row.words.length; first += 1) {
    const key = keyOf(row.words[first]);
    for (const byWord of lookups) {
      const place = byWord.get(key);
      const reading = place && readingAt(row.words, first, place);
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
  const isNext = (word, place) => word && mine[place] && keyOf(word) === keyOf(mine[place]);
  while (isNext(words[last + 1], at + last + 1 - first)) last += 1;
  const until = at + last + 1 - first;
  const isWhole = (at === 0 || first === 0) && (until === mine.length || last === words.length - 1);
  const own = words.slice(first, last + 1);
  if (!isWhole || own.every(({ confidence }) => confidence === 1)) return null;
  const isHere = (word) => (at === 0 || middle(word) >= own[0].start) && (until === mine.length || middle(word) < mine[until].start);
  const others = other.filter(isHere);
  // Somebody may have typed it in: the word before is the same then, and the rest follows.
  const isThere = others.length > 0 && letters(words.slice(first, first + others.length)) === letters(others);
  return isThere || letters(own) === letters(others) ? null : { first, last, other: others, about };
}

/** Pairs of places of the words that both heard, at about the same time. */
function aligned(ours, theirs) {
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < ours.length && j < theirs.length) {
    const begin = Math.min(ours[i].start, theirs[j].start);
    const [own, others] = [windowOf(ours, i, begin), windowOf(theirs, j, begin)];
    const isLast = i + own.length === ours.length && j + others.length === theirs.length;
    const some = common(own, others);
    const kept = isLast ? some : some.filter(([a]) => own[a].start < begin + WINDOW_SECONDS || a === some[0][0]);
    for (const [a, b] of kept) pairs.push([i + a, j + b]);
    if (isLast) break;
    const [a, b] = kept.at(-1) ?? [past(own, begin), past(others, begin)];
    [i, j] = [i + a + 1, j + b + 1];
  }
  return pairs;
}

function windowOf(words, from, begin) {
  let to = from;
  while (to < words.length && to - from < MOST_WORDS && words[to].start < begin + 1.5 * WINDOW_SECONDS) to += 1;
  return words.slice(from, to);
}

/** The last of the window proper; -1 where it has none. */
const past = (words, begin) => words.findLastIndex(({ start }, index) => start < begin + WINDOW_SECONDS || index === MOST_WORDS - 1);

/** A longest common subsequence; of several, that whose words are the closest in time. */
function common(own, others) {
  const [forms, otherForms] = [own, others].map((words) => words.map(({ text }) => bare(text)));
  const width = others.length + 1;
  const best = new Float64Array((own.length + 1) * width);
  const worth = (a, b) => {
    const apart = forms[a] === otherForms[b] ? Math.abs(own[a].start - others[b].start) : Infinity;
    return apart > MOST_APART_SECONDS ? -1 : 1 - apart / 1000;
  };
  for (let a = own.length - 1; a >= 0; a -= 1) {
    for (let b = others.length - 1; b >= 0; b -= 1) {
      const both = worth(a, b);
      const without = Math.max(best[(a + 1) * width + b], best[a * width + b + 1]);
      best[a * width + b] = both < 0 ? without : Math.max(without, both + best[(a + 1) * width + b + 1]);
    }
  }
  const found = [];
  let [a, b] = [0, 0];
  while (a < own.length && b < others.length) {
    const here = best[a * width + b];
    if (here === best[(a + 1) * width + b]) a += 1;
    else if (here === best[a * width + b + 1]) b += 1;
    else found.push([a++, b++]);
  }
  return found;
}

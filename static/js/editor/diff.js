// What changed between two documents, word by word. Pure.
import { glue, tokens } from "./retiming.js";

const MOST_PAIRS = 4_000_000;

/** One text of many, with spaces where their script has any. */
export const joined = (texts) => texts.map((text, index) => (index ? glue(texts[index - 1], text) : "") + text).join("");

/** `[{kind: "same" | "gone" | "new", text}]`, neighbours of a kind together. */
export function wordDiff(before, after) {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const [old, fresh] = [tokens(before), tokens(after)];
  const parts = [];
  const add = (kind, word) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.words.push(word);
    else parts.push({ kind, words: [word] });
  };
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...pairs(old, fresh), [old.length, fresh.length]]) {
    while (i < nextI) add("gone", old[i++]);
    while (j < nextJ) add("new", fresh[j++]);
    if (i < old.length && j < fresh.length) add("same", old[i]);
    [i, j] = [i + 1, j + 1];
  }
  return parts.map(({ kind, words }) => ({ kind, text: joined(words) }));
}

/**
 * Both documents in blocks: `{old, fresh, isSame}`, rows that stand for one another. Segments that were
 * split or merged are one block with what became of them. Speakers renamed come first, once each.
 */
export function blocksOf(before, after) {
  const names = new Map([...before.speakers, ...after.speakers].map(({ id, name }) => [id, name]));
  const name = ({ speaker }) => names.get(speaker) ?? "";
  const places = new Map(after.segments.map((row, index) => [row.id, index]));
  const isSame = (old, fresh) => old.text === fresh.text && name(old) === name(fresh) && (old.note ?? "") === (fresh.note ?? "");
  const isPair = (old, fresh) => old.start === fresh.start && old.end === fresh.end;
  const blocks = renamed(before, names);
  let [i, j] = [0, 0];
  const close = (nextI, nextJ) => {
    const [old, fresh] = [before.segments.slice(i, nextI), after.segments.slice(j, nextJ)];
    if (old.length || fresh.length) blocks.push(described(old, fresh, name));
  };
  before.segments.forEach((row, index) => {
    const place = places.get(row.id) ?? -1;
    const fresh = after.segments[place];
    if (place < j || !isPair(row, fresh)) return;
    close(index, place);
    blocks.push({ ...described([row], [fresh], name), isSame: isSame(row, fresh) });
    [i, j] = [index + 1, place + 1];
  });
  close(before.segments.length, after.segments.length);
  return blocks;
}

/** What the machine heard between the times of `row`: `{text, words}`; null where nothing. */
export function machineRow(machine, row) {
  const own = machine.segments.find(({ start, end }) => start === row.start && end === row.end);
  if (own) return { text: own.text, words: own.words };
  const isWithin = ({ start, end }) => (start + end) / 2 >= row.start && (start + end) / 2 < row.end;
  const words = machine.segments.flatMap((one) => one.words).filter(isWithin);
  return words.length ? { text: joined(words.map(({ text }) => text)), words } : null;
}

function renamed(before, names) {
  const others = before.speakers.filter(({ id, name }) => names.get(id) !== name);
  return others.map(({ id, name }) => ({ time: 0, isSame: false, words: [], who: [name, names.get(id)], note: [] }));
}

function described(old, fresh, name) {
  const textOf = (rows) => joined(rows.map(({ text }) => text).filter(Boolean));
  const names = (rows) => [...new Set(rows.map(name))].filter(Boolean).join(", ");
  const notes = (rows) => rows.map(({ note }) => note).filter(Boolean).join(" · ");
  const changed = (one, other) => (one === other ? [] : [one, other]);
  return {
    time: (fresh[0] ?? old[0]).start,
    isSame: false,
    words: wordDiff(textOf(old), textOf(fresh)),
    who: changed(names(old), names(fresh)),
    note: changed(notes(old), notes(fresh)),
  };
}

/** Places of the words that stayed: the ends first, then a longest common subsequence. */
function pairs(old, fresh) {
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const middle = longest(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  return [
    ...Array.from({ length: head }, (_, index) => [index, index]),
    ...middle.map(([i, j]) => [i + head, j + head]),
    ...Array.from({ length: tail }, (_, index) => [old.length - tail + index, fresh.length - tail + index]),
  ];
}

function longest(old, fresh) {
  if (!old.length || !fresh.length || old.length * fresh.length > MOST_PAIRS) return [];
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = old[i] === fresh[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) found.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

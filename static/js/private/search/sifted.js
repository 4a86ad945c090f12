// Which rows are asked for, and in which order. Nothing of it leaves the page.
import { folded } from "./folding.js";
import { isEmpty, parsed } from "./query.js";

const byText = (key) => (one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0);
const reversed = (order) => (one, other) => order(other, one);
const inOrder = ({ title }) => folded(title).trim();
const newest = reversed(byText(({ created_at }) => created_at));
const longest = (one, other) => other.duration - one.duration;

/** The first is the usual one; as on the server. */
export const ORDERS = Object.freeze({
  newest, oldest: reversed(newest), changed: reversed(byText(({ updated_at }) => updated_at)), title: byText(inOrder), longest, shortest: reversed(longest),
});

const dayOf = (time) => new Date(time).toISOString().slice(0, 10);
const TESTS = {
  folder: (row, folder) => row.folder === folder,
  tag: (row, tag) => row.tags.includes(tag),
  speaker: (row, speaker) => row.speakers.includes(speaker),
  language: (row, language) => row.language === language,
  since: (row, day) => dayOf(row.created_at) >= day,
  until: (row, day) => dayOf(row.created_at) <= day,
  favourite: (row) => row.favourite,
};

/**
 * `{words, order, folder, tag, speaker, language, since, until, favourite, unfinished}`, of which any may be empty.
 * `[{row, said?, isInTitle?}]`: where words are asked for, titles that hold them all come first in the usual order.
 */
export function sifted(rows, words, asked) {
  const order = ORDERS[asked.order] ?? newest;
  const left = rows.filter((row) => Object.entries(TESTS).every(([name, test]) => !asked[name] || test(row, asked[name]))).sort(order);
  if (!asked.words?.trim()) return { query: null, found: left.map((row) => ({ row })) };
  const query = parsed(asked.words, asked.unfinished);
  const found = isEmpty(query) ? [] : words.find(left, query, asked.speaker);
  if (order === newest && query.wanted.length) found.sort((one, other) => other.isInTitle - one.isInTitle);
  return { query, found };
}

export const isNarrowed = (asked) => Boolean(asked.words?.trim()) || Object.keys(TESTS).some((name) => asked[name]);

/** `[[name, count]]`, the commonest first, of what there is to ask for. */
export function counted(rows, valuesOf) {
  const counts = new Map();
  for (const value of rows.flatMap(valuesOf)) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1));
}

// What a private transcript was before: its own record of changes, which lies in the ciphertext. Pure.
// An entry is {number, batch, created_at, kinds, operations, inverse, restores?}; each version but the first has
// one, until they are too many. One that is too long has nothing but its names, and an inverse of null. What the server does for Standard is transcripts/{editing,versions}.py.
import { utf8 } from "../crypto/format.js";
import { EVERYTHING, clash, textsIn } from "../editor/clashes.js";
import { Draft, Unfit } from "../editor/operations.js";
import { StoreFailed } from "../editor/store.js";

export const MACHINE = 1;
export const MOST_BYTES = 1024 * 1024; // of JSON; it goes along with every save
const MOST_OF_ONE_BYTES = 8 * 1024 * 1024; // a change of all of ten hours is more, and must be saved all the same
const A_PAGE = 50;

/** A document that may be changed without this one's changing: words are replaced, rows are not. */
export function thin(document) {
  const copy = { ...document };
  for (const name of ["segments", "speakers", "marks"]) if (copy[name]) copy[name] = copy[name].map((row) => ({ ...row }));
  return copy;
}

export const between = (history, base, last) => history.filter(({ number }) => number > base && number <= last);

/**
 * The change `{base, batch, operations, restores?}` upon `{version, content}`, and upon what came in between:
 * `{version, others, content}`, with a content of null where the change is in it already. Throws StoreFailed:
 * 409 where both touched the same, with the texts of both sides, 422 where an operation does not fit.
 */
export function changed({ version, content }, change, now = new Date()) {
  const { history } = content;
  const earlier = history.find(({ batch }) => batch === change.batch);
  if (earlier) return { version: earlier.number, others: between(history, change.base, earlier.number - 1), content: null };
  const others = between(history, change.base, version);
  const isKnown = change.base > 0 && isWhole(others, version - change.base);
  const both = isKnown ? clash(change.operations, others.flatMap(({ operations }) => operations)) : new Set([EVERYTHING]);
  if (both.size) throw new StoreFailed(409, problemOf(version, content.document, change.operations, both));
  const document = thin(content.document);
  const inverse = applied(document, change.operations, others.length > 0, version);
  const number = version + 1;
  const entry = { number, batch: change.batch, created_at: now.toISOString(), kinds: counted(change.operations), operations: change.operations, inverse };
  if (change.restores) entry.restores = change.restores;
  return { version: number, others, content: { ...content, document, history: bounded([...history, entry]) } };
}

function applied(document, operations, hasOthers, version) {
  try {
    return new Draft(document).applyAll(operations);
  } catch (unfit) {
    if (!(unfit instanceof Unfit)) throw unfit;
    const problem = { code: hasOthers ? "conflict" : "validation_failed", errors: { [unfit.segment || "operations"]: unfit.message } };
    throw new StoreFailed(hasOthers ? 409 : 422, { ...problem, current_version: version });
  }
}

function problemOf(version, document, operations, both) {
  const told = { code: "conflict", current_version: version };
  if (both.has(EVERYTHING)) return told;
  const theirs = new Map(document.segments.map((row) => [row.id, row.text]));
  const yours = new Map(textsIn(operations));
  const segments = [...both].filter((one) => yours.has(one) || theirs.has(one)).sort();
  return { ...told, conflicts: segments.map((segment) => ({ segment, yours: yours.get(segment) ?? null, theirs: theirs.get(segment) ?? null })) };
}

function counted(operations) {
  const kinds = {};
  for (const { op } of operations) kinds[op] = (kinds[op] ?? 0) + 1;
  return kinds;
}

const sizes = new WeakMap(); // of entries, which never change

function bytesOf(entry) {
  if (!sizes.has(entry)) sizes.set(entry, utf8(JSON.stringify(entry)).length);
  return sizes.get(entry);
}

/** Without the oldest, as far as there is no room for them; the newest stays, unless it is too long by itself. */
export function bounded(history, most = MOST_BYTES, mostOfOne = MOST_OF_ONE_BYTES) {
  const newest = history.at(-1);
  if (bytesOf(newest) > mostOfOne) return [{ ...newest, operations: [], inverse: null }];
  let [from, bytes] = [history.length, 0];
  while (from > 0 && ((bytes += bytesOf(history[from - 1])) <= most || from === history.length)) from -= 1;
  return history.slice(from);
}

const isWhole = (entries, count) => entries.length === count && entries.every(({ inverse }) => inverse);

/** What makes the document again what it was at this version; null where the way is not known any more. */
export function wayBack({ version, content: { history } }, number) {
  const later = between(history, number, version);
  return number >= MACHINE && number <= version && isWhole(later, version - number) ? later.reverse().flatMap(({ inverse }) => inverse) : null;
}

/** The document as it was at this version, or null. */
export function documentAt(text, number) {
  const back = wayBack(text, number);
  if (!back) return null;
  const draft = new Draft(thin(text.content.document));
  draft.applyAll(back);
  return draft.document;
}

/**
 * As a store lists versions, newest first: `{current, machine, hearings, results, next}`, with `isCut` where
 * earlier ones were let go. Those that changed but the title are not told.
 */
export function listed({ version, content: { history } }, before = Infinity) {
  const rows = history.filter(({ number, operations }) => number < before && operations.length).reverse();
  const results = rows.slice(0, A_PAGE).map(({ number, created_at, kinds, restores = null }) => ({ number, created_at, author: null, heard_by: null, kinds, restores }));
  return { current: version, machine: MACHINE, hearings: [MACHINE], results, next: rows.length > A_PAGE ? results.at(-1).number : null, isCut: !isWhole(history, version - MACHINE) };
}

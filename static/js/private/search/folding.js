// Text as it is found, in any script: the twin of transcripts/index/analyser.py, so that both find the same.
const UNSPACED = "\\u{e00}-\\u{eff}\\u{1000}-\\u{109f}\\u{1780}-\\u{17ff}\\u{3005}-\\u{3007}\\u{3040}-\\u{30ff}\\u{31f0}-\\u{31ff}\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}\\u{f900}-\\u{faff}\\u{20000}-\\u{3ffff}";
const SPACED = `(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+`;
const RUN = `[${UNSPACED}]+|${SPACED}`;
const IN_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const MARKS_COUNT = new RegExp(`[${UNSPACED}\u3099\u309a]`, "u"); // they tell words apart there
const [LOWEST, HIGHEST] = ["\u0334", "\u0345"]; // of the marks that combine
const ASCII = /^[\0-\x7f]*$/;
const BETWEEN = { latin: /[^a-z0-9\n]+/g, any: new RegExp(`${RUN}|\n`, "gu") };
const RUNS = new RegExp(RUN, "gu");
export const runs = (text) => text.matchAll(RUNS);
export const isUnspaced = (run) => IN_UNSPACED.test(run);

const dropped = new Map();

/** Whether it is a mark that people leave out. No table: one that combines changes places with another under NFD. */
function isLeftOut(mark) {
  if (!dropped.has(mark)) {
    const moves = (pair) => pair.normalize("NFD") !== pair;
    dropped.set(mark, !MARKS_COUNT.test(mark) && (moves(mark + LOWEST) || moves(HIGHEST + mark)));
  }
  return dropped.get(mark);
}

/** Up and down again, for what has no small letter of its own; the Turkish ı stays what it is. */
const caseless = (text) => text.toLowerCase().split("ı").map((part) => part.toUpperCase().toLowerCase()).join("ı").replaceAll("ς", "σ");

/** Two texts that a reader takes for the same are the same afterwards. */
export function folded(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  const apart = caseless(text.normalize("NFKC")).normalize("NFKD");
  return apart.replace(/\p{M}/gu, (mark) => (isLeftOut(mark) ? "" : mark)).normalize("NFC");
}

/** Of a script without blanks: pairs that overlap, and the last character alone. */
function* pairs(run) {
  const signs = [...run];
  for (let at = 0; at < signs.length; at += 1) yield signs[at] + (signs[at + 1] ?? "");
}

const stored = (run) => (isUnspaced(run) ? [...pairs(run)] : [run]);

/** In their order. */
export function tokens(text) {
  const plain = folded(text);
  if (ASCII.test(plain)) return plain.match(/[a-z0-9]+/g) ?? [];
  return [...runs(plain)].flatMap(([run]) => stored(run));
}

/** Lines of a text as lines of tokens, each with a blank before and after it: what is sought is a part of it. */
export function tokenLines(text) {
  const plain = folded(text);
  const line = ASCII.test(plain)
    ? plain.replace(BETWEEN.latin, " ")
    : (plain.match(BETWEEN.any) ?? []).flatMap((run) => (run === "\n" ? run : stored(run))).join(" ");
  const lines = ` ${line.replaceAll("\n", " \n ")} `.replace(/ {2,}/g, " ");
  lines.indexOf("\0"); // engines put such a text together when it is first read: now, not while somebody waits
  return lines;
}

/** `[tokens, goesOn]`: what to look for side by side; the last may go on where a run without blanks ends there. */
export function asked(text) {
  const found = tokens(text);
  const last = [...runs(folded(text))].at(-1)?.[0];
  if (!last || !isUnspaced(last)) return [found, false];
  return [...last].length === 1 ? [found, true] : [found.slice(0, -1), false];
}

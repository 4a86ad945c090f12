// A passage as it is shown when it was found: the words around the first find, finds marked. As on the server.
import { folded, isUnspaced, runs, tokens } from "./folding.js";

const [AROUND, MOST, NEAR] = [90, 260, 30];

/** `[{text, isFound}]`, which together are the passage, or a stretch of it between ellipses. */
export function snippet(words, query) {
  const spans = joined(spansOf(words, query));
  const begin = words.length > MOST ? blankBefore(words, (spans[0]?.[0] ?? 0) - AROUND) : 0;
  const end = begin + MOST < words.length ? blankBefore(words, begin + MOST) : words.length;
  const pieces = begin ? [{ text: "… ", isFound: false }] : [];
  let at = begin;
  for (const [start, stop] of spans) {
    if (stop > end) break;
    if (start > at) pieces.push({ text: words.slice(at, start), isFound: false });
    pieces.push({ text: words.slice(start, stop), isFound: true });
    at = stop;
  }
  const rest = words.slice(at, end) + (end < words.length ? " …" : "");
  return rest ? [...pieces, { text: rest, isFound: false }] : pieces;
}

function* spansOf(words, { wanted }) {
  const whole = new Set(wanted.flatMap(({ tokens: sought }) => sought));
  const begun = wanted.filter(({ goesOn }) => goesOn).map(({ tokens: sought }) => sought.at(-1));
  const fits = (token) => whole.has(token) || begun.some((one) => token.startsWith(one));
  for (const { 0: run, index } of runs(words)) {
    if (isUnspaced(run)) yield* inUnspaced(run, index, whole, begun);
    else if (tokens(run).some(fits)) yield [index, index + run.length];
  }
}

/** Tokens are two characters long here; those that were asked for alone are one. */
function* inUnspaced(run, from, whole, begun) {
  const signs = [...run];
  let at = from;
  for (const [index, sign] of signs.entries()) {
    const next = signs[index + 1] ?? "";
    if (begun.some((one) => folded(sign).startsWith(one))) yield [at, at + sign.length];
    if (whole.has(folded(sign + next))) yield [at, at + sign.length + next.length];
    at += sign.length;
  }
}

/** Those that touch are one. */
function joined(spans) {
  const found = [];
  for (const [start, stop] of spans) {
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], stop);
    else found.push([start, stop]);
  }
  return found;
}

/** A place to cut at, not in a word if a blank is near. */
function blankBefore(text, at) {
  if (at <= 0) return 0;
  const blank = text.lastIndexOf(" ", at - 1);
  return blank >= Math.max(0, at - NEAR) ? blank + 1 : at;
}

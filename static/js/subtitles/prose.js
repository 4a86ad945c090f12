// What text needs before it may stand in a file whose lines mean something. The twin of transcripts/prose.py.
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const SEPARATORS = /[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+/gu;
const NO_TEXT = /[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff]/gu;
const SPACES = /[ \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+/u;
const SPACELESS =
  /^[\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{1b000}-\u{1b16f}\u{20000}-\u{3ffff}]/u;
const NEVER_FIRST = /^[ヽヾゝゞ々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ\p{Pe}\p{Pf}\p{Po}]/u;
const NEVER_LAST = /^[\p{Ps}\p{Pi}]/u;
const JOINER = /^[\u200d\ufe0f\ufe0e]/u;
const MARK = /^\p{M}/u;

/** Characters as Python counts them. */
export const sizeOf = (text) => (/[\ud800-\udbff]/.test(text) ? [...text].length : text.length);

const isCharacter = (char) => (char.codePointAt(0) & 0xfffe) !== 0xfffe;

/** The words of a text, without what is no text; joined by single spaces they are its clean form. */
export function wordsOf(text) {
  if (PLAIN.test(text)) return text.split(" ");
  const kept = [...text.replace(SEPARATORS, " ").replace(NO_TEXT, "")].filter(isCharacter).join("");
  return kept.split(SPACES).filter(Boolean);
}

export const clean = (text) => wordsOf(text).join(" ");

/** Pieces of text as one: a space between two, unless their script uses none. */
export function runningText(texts) {
  const some = texts.filter(Boolean);
  const isSpaceless = (at) => SPACELESS.test([...some[at - 1].slice(-2)].at(-1)) && SPACELESS.test(some[at]);
  return some.map((text, at) => (at && !isSpaceless(at) ? ` ${text}` : text)).join("");
}

/** A run without spaces, cut where a line may end: between ideographs, and by force. */
export function unbreakableParts(word, maxChars) {
  if (word.length <= maxChars && PLAIN.test(word)) return [word];
  const [first, ...others] = word;
  const parts = [[first]];
  let before = first;
  for (const char of others) {
    if (mayBreak(before, char) || mustBreak(parts.at(-1), char, maxChars)) parts.push([char]);
    else parts.at(-1).push(char);
    before = char;
  }
  return parts.map((part) => part.join(""));
}

function mayBreak(before, after) {
  if (NEVER_FIRST.test(after) || NEVER_LAST.test(before) || sticks(before, after)) return false;
  return SPACELESS.test(before) || SPACELESS.test(after);
}

/** A text of nothing but marks must end somewhere too. */
function mustBreak(part, char, maxChars) {
  return part.length >= maxChars && (!sticks(part.at(-1), char) || part.length >= 2 * maxChars);
}

const sticks = (before, after) => JOINER.test(before) || JOINER.test(after) || MARK.test(after);

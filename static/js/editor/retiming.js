// Words of a changed text keep the times of the words that stayed, and share those that went.
// The twin of transcripts/retiming.py: the same sums in the same order, to the same milliseconds.

const CJK =
  "\\u2e80-\\u2fff\\u3001-\\u312f\\u31a0-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef\\u{20000}-\\u{3ffff}";
const UNSPACED = `\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff${CJK}`;
const SPACE = " \\t\\n\\r\\x0b\\x0c\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const TOKEN = new RegExp(`[${CJK}]|[^${SPACE}${CJK}]+`, "gu");
const SPACES = new RegExp(`[${SPACE}]+`, "gu");
const ENDS_UNSPACED = new RegExp(`[${UNSPACED}]$`, "u");
const BEGINS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const MOST_PAIRS = 250_000;

export const tokens = (text) => text.match(TOKEN) ?? [];
export const visible = (text) => text.replace(SPACES, "");
export const trimmed = (text) => text.replace(AROUND, "");
export const glue = (left, right) => (ENDS_UNSPACED.test(left) && BEGINS_UNSPACED.test(right) ? "" : " ");
export const toMilliseconds = (seconds) => Math.floor(seconds * 1000 + 0.5) / 1000;

const lengthOf = (text) => [...text].length;

/** The words of `text` in the segment `row`, whose words still are those of its old text. */
export function retimed(row, text) {
  const old = oldWords(row);
  const fresh = tokens(text);
  const words = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...common(old.map((word) => word.text), fresh), [old.length, fresh.length]]) {
    if (j < nextJ) words.push(...placed(fresh.slice(j, nextJ), room(row, old, i, nextI), row.speaker));
    if (nextJ < fresh.length) words.push(old[nextI]);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return words;
}

/** The words of both parts, and when the first ends and the second begins. */
export function cut(row, left, right) {
  let letters = lengthOf(visible(left));
  const share = letters / (letters + lengthOf(visible(right)));
  const middle = toMilliseconds(row.start + (row.end - row.start) * share);
  let [first, second] = [[], []];
  for (const word of spells(row) ? row.words : []) {
    const characters = [...visible(word.text)];
    if (letters <= 0) second.push(word);
    else if (characters.length <= letters) first.push(word);
    else {
      const halves = [characters.slice(0, letters).join(""), characters.slice(letters).join("")];
      const times = shares(halves, [word.start, word.end]);
      [first, second].forEach((side, index) => side.push(timed(word, halves[index], times[index])));
    }
    letters -= characters.length;
  }
  if (!first.length || !second.length) {
    first = placed(tokens(left), [row.start, middle], row.speaker);
    second = placed(tokens(right), [middle, row.end], row.speaker);
  }
  return { first, second, times: [first.at(-1).end, second[0].start] };
}

const timed = (word, text, [start, end]) => ({ ...word, text, start, end });

function oldWords(row) {
  if (!spells(row)) return [];
  return row.words.flatMap((word) => {
    const parts = tokens(word.text);
    if (parts.length === 1) return [{ ...word, text: parts[0] }];
    const times = shares(parts, [word.start, word.end]);
    return parts.map((part, index) => timed(word, part, times[index]));
  });
}

const spells = (row) => row.words.map((word) => visible(word.text)).join("") === visible(row.text);

function room(row, old, first, last) {
  if (first < last) return [old[first].start, old[last - 1].end];
  const start = first > 0 ? old[first - 1].end : row.start;
  const end = last < old.length ? old[last].start : row.end;
  return [start, Math.max(start, end)];
}

function placed(texts, stretch, speaker) {
  const times = shares(texts, stretch);
  return texts.map((text, index) => ({
    text, start: times[index][0], end: times[index][1], confidence: null, speaker,
  }));
}

/** Of a stretch of time, by length of text. */
function shares(texts, [start, end]) {
  const lengths = texts.map(lengthOf);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const edges = [toMilliseconds(start)];
  let done = 0;
  for (const length of lengths) {
    done += length;
    edges.push(toMilliseconds(start + ((end - start) * done) / total));
  }
  return texts.map((_, index) => [edges[index], edges[index + 1]]);
}

/** Pairs of places of the words that stayed: a longest common subsequence. */
function common(old, fresh) {
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
      lengths[i][j] =
        old[i] === fresh[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

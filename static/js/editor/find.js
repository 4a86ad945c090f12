// Finding in texts of any script: pure, and run in a worker, for a pattern may take for ever.
const WORDISH = /[\p{L}\p{M}\p{N}_]/u;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const PLAIN = /^[\x20-\x7e]*$/;
// Accents, and the points of Arabic and Hebrew; what elsewhere is a vowel of its own stays.
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]/gu;
const HANGUL = /[\uac00-\ud7a3]/;

/**
 * What finds in a text: answers `[{start, end, groups}]`, in UTF-16 units; `groups` are stretches of
 * the text, by number and name. Throws SyntaxError where `query` is a pattern that has a mistake.
 */
export function finder({ query, isPattern, isCased, isWhole, isFolded }) {
  const sought = isFolded ? folded(query).text : query;
  const regex = new RegExp(isPattern ? sought : literal(sought), `gu${isPattern ? "d" : ""}${isCased ? "" : "i"}`);
  return (text) => {
    const view = isFolded ? folded(text) : { text, at: null };
    const place = (index) => (view.at ? view.at[index] : index);
    const stretch = (ends) => ends && text.slice(place(ends[0]), place(ends[1]));
    const found = [];
    for (const match of view.text.matchAll(regex)) {
      const [start, end] = [place(match.index), place(match.index + match[0].length)];
      if (start === end || (isWhole && !(isBoundary(text, start) && isBoundary(text, end)))) continue;
      const named = Object.entries(match.indices?.groups ?? {});
      const groups = [...(match.indices ?? []), ...named.map(([, ends]) => ends)].map(stretch);
      found.push({ start, end, groups: Object.assign(groups, Object.fromEntries(named.map(([name, ends]) => [name, stretch(ends)]))) });
    }
    return found;
  };
}

/** What takes the place of a find: `$1`, `$<name>` and `$&` are its parts, `$$` is a dollar. */
export function expanded(replacement, groups) {
  return replacement.replace(/\$(?:(\$)|(&)|(\d{1,2})|<([^>]+)>)/g, (whole, dollar, all, number, name) => {
    if (dollar) return "$";
    const key = all ? 0 : number ?? name;
    return key in groups ? groups[key] ?? "" : whole;
  });
}

/** `text` with each `[start, end, replacement]`, in order, in its place. */
export function replaced(text, changes) {
  let [result, at] = ["", 0];
  for (const [start, end, replacement] of changes) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** Without accents; `at` says where each unit stood, or is null where nothing moved. */
export function folded(text) {
  if (PLAIN.test(text)) return { text, at: null };
  let [plain, place] = ["", 0];
  const at = [];
  for (const letter of text) {
    const bare = HANGUL.test(letter) ? letter : letter.normalize("NFD").replace(ACCENTS, "");
    for (let unit = 0; unit < bare.length; unit += 1) at.push(place);
    plain += bare;
    place += letter.length;
  }
  return { text: plain, at: [...at, place] };
}

/** However it is composed. */
function literal(text) {
  const forms = [...new Set([text, text.normalize("NFC"), text.normalize("NFD")])];
  return forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
}

const words = new Intl.Segmenter(undefined, { granularity: "word" });

const isLowHalf = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/** Whether a word may begin or end there; where no spaces stand between words, by dictionary. */
function isBoundary(text, index) {
  if (index === 0 || index === text.length) return true;
  const before = text.slice(isLowHalf(text.charCodeAt(index - 1)) ? index - 2 : index - 1, index);
  const after = String.fromCodePoint(text.codePointAt(index));
  if (!WORDISH.test(before) || !WORDISH.test(after)) return true;
  return UNSPACED.test(before) && UNSPACED.test(after) && words.segment(text).containing(index).index === index;
}

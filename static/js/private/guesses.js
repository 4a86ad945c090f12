// How many guesses a passphrase takes whoever knows how people choose them. Pure; rather too few than too many.
const OF_ONE_CHARACTER = Math.log2(10); // that is part of nothing known; as zxcvbn has it
const [JOINT, TWIST, REPEAT, YEAR] = [1, 1, 1, Math.log2(130)];
const BETWEEN_WORDS = /[\s.,_-]/u;
const [MOST_SIGNS, LONGEST] = [120, 40]; // characters that count, and those of what is known or comes again
const SHORTEST_RUN = 3;
const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0"];
const KEYBOARDS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(""))];
const START_OF_RUN = Math.log2(KEYBOARDS.join("").length);
const LEET = { 0: "o", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b", "@": "a", $: "s", "!": "i", "€": "e" };
const unleeted = (text, one) => text.replace(/[0134578@$!€]/g, (sign) => (sign === "1" ? one : LEET[sign]));
const mirrored = (text) => [...text].reverse().join("");

/** As it is compared: without case, without the width and shape of characters. */
export const folded = (text) => text.normalize("NFKC").toLowerCase();

const isAgain = (signs, start, end) => {
  const before = start - (end - start);
  return before >= 0 && signs.slice(start, end).every((sign, at) => sign === signs[before + at]);
};

/** Along a keyboard, or up or down an alphabet by steps that stay the same. */
function run(text) {
  const codes = [...text].map((sign) => sign.codePointAt(0));
  if (codes.length < SHORTEST_RUN) return Infinity;
  const step = codes[1] - codes[0];
  const isEven = Math.abs(step) <= 2 && codes.every((code, at) => !at || code - codes[at - 1] === step);
  return isEven || KEYBOARDS.some((row) => row.includes(text)) ? START_OF_RUN + Math.log2(codes.length) : Infinity;
}

export class Guesser {
  #bits = new Map();

  /** `ranked` are lists whose commonest come first, `drawn` such as have no order. */
  constructor(ranked, drawn = []) {
    for (const list of ranked) list.forEach((word, at) => this.#learn(word, Math.log2(at + 2)));
    for (const list of drawn) list.forEach((word) => this.#learn(word, Math.log2(list.length)));
  }

  #learn(word, bits) {
    const known = folded(word);
    if (known.length > 1 && bits < (this.#bits.get(known) ?? Infinity)) this.#bits.set(known, bits);
  }

  knows = (text) => this.#bits.has(folded(text));

  /** The fewest bits by which it can be put together. `own` are words that belong to whoever chose it. */
  bits(text, own = []) {
    const signs = [...text.normalize("NFKC")].slice(0, MOST_SIGNS);
    const owned = new Set(own.map(folded));
    const best = [0];
    for (let end = 1; end <= signs.length; end += 1) {
      best[end] = Infinity;
      for (let start = Math.max(0, end - LONGEST); start < end; start += 1) {
        best[end] = Math.min(best[end], best[start] + this.#piece(signs, start, end, owned));
      }
    }
    return best[signs.length];
  }

  #piece(signs, start, end, owned) {
    const piece = signs.slice(start, end).join("");
    const repeated = isAgain(signs, start, end) ? REPEAT : Infinity;
    if (end - start === 1) return Math.min(repeated, BETWEEN_WORDS.test(piece) ? 2 * JOINT : OF_ONE_CHARACTER);
    const lower = folded(piece);
    return Math.min(repeated, run(lower), this.#word(lower, owned) + TWIST * (lower !== piece));
  }

  #word(lower, owned) {
    const known = (text) => (owned.has(text) ? TWIST : (this.#bits.get(text) ?? Infinity));
    const others = [mirrored(lower), unleeted(lower, "i"), unleeted(lower, "l")].map(known);
    const year = /^(19|20)\d\d$/.test(lower) ? YEAR : Infinity;
    return Math.min(known(lower), Math.min(...others) + TWIST, year);
  }
}

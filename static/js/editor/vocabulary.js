// The words of a language, to look others up in. Pure: the list comes from the server as a whole.
import { bare } from "./bare.js";

const ENOUGH_UNKNOWN = 20;
const MOST_UNKNOWN = 0.15; // of the words said: beyond, it is the list that is poor, or another language
const SHORTEST_PART = 4;
const COMPOUNDING = new Set(["de", "nl"]);
const LINKS = ["", "s", "es", "n", "en", "er", "e"]; // between the parts of a German or Dutch compound
const SCRIPTS = { ar: "Arabic", fa: "Arabic", ru: "Cyrillic" };
const LETTER = /\p{L}/u;
const NUMBER = /\p{N}/u;
const MARKS_OF_ARABIC = /[\u0640\u064b-\u0652]/gu;
const VOWELS = ["a", "e", "i", "o"]; // that an apostrophe stands for: "l'", "qu'", "dell'", "quest'"
const BETWEEN = /[-‐‑–—/.\u200c&+_]+/u;

const plain = (text) => bare(text).replace(/[’ʼ]/gu, "'").replace(MARKS_OF_ARABIC, "");
const folded = (form) => form.replaceAll("œ", "oe").replaceAll("æ", "ae");

export class Vocabulary {
  #words;
  #asked = new Map(); // a word as it is written → whether it is lacking
  #foreign;

  /** `lines`: a word a line, in lower case. */
  constructor(language, lines) {
    this.language = language;
    this.#words = new Set(lines.split("\n"));
    this.#foreign = new RegExp(`(?!\\p{Script=${SCRIPTS[language] ?? "Latin"}})\\p{L}`, "u");
  }

  /** Whether a word is in no list, though it could be: it has letters of this script, and no digits. */
  lacks(text) {
    let answer = this.#asked.get(text);
    if (answer === undefined) this.#asked.set(text, (answer = !this.#knows(plain(text))));
    return answer;
  }

  /** Whether it says something about what is said here: a poor list, or that of another language, does not. */
  fits(segments) {
    let [all, unknown] = [0, 0];
    for (const { words } of segments) {
      all += words.length;
      for (const { text } of words) if (this.lacks(text)) unknown += 1;
    }
    return unknown <= Math.max(ENOUGH_UNKNOWN, MOST_UNKNOWN * all);
  }

  #knows(form) {
    if (form.length < 2 || !LETTER.test(form) || NUMBER.test(form) || this.#foreign.test(form)) return true;
    return this.#has(form) || form.split(BETWEEN).every((part) => this.#knowsPart(part));
  }

  /** Of a compound with hyphens. An apostrophe cuts off what is short, or has lost a vowel. */
  #knowsPart(part) {
    if (part.length < 2 || this.#has(part)) return true;
    if (!part.includes("'")) return COMPOUNDING.has(this.language) && this.#isCompound(part, 0);
    const pieces = part.split("'");
    return pieces.every((piece) => piece.length <= 2 || this.#has(piece) || VOWELS.some((vowel) => this.#has(piece + vowel)));
  }

  /** Of words of the list, each of some length: shorter ones make sense of any mistake. */
  #isCompound(form, depth) {
    for (let at = form.length - SHORTEST_PART; at >= SHORTEST_PART; at -= 1) {
      const [first, rest] = [form.slice(0, at), form.slice(at)];
      if (!this.#has(rest) && (depth > 1 || !this.#isCompound(rest, depth + 1))) continue;
      if (LINKS.some((link) => first.endsWith(link) && first.length - link.length >= SHORTEST_PART && this.#has(first.slice(0, first.length - link.length)))) return true;
    }
    return false;
  }

  #has(form) {
    return this.#words.has(form) || this.#words.has(folded(form));
  }
}

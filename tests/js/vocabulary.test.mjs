import assert from "node:assert/strict";
import test from "node:test";
import { Vocabulary } from "../../static/js/editor/vocabulary.js";

const lacking = (language, words, said) => said.split(" ").filter((word) => new Vocabulary(language, words.split(" ").join("\n")).lacks(word));

test("case, signs, digits and single letters make no word unknown", () => {
  assert.deepEqual(lacking("en", "well known", "Well, “KNOWN” 1920s B2B x A. … wel"), ["wel"]);
});

test("possessives, contractions and elisions are known by their parts, compounds by all of theirs", () => {
  assert.deepEqual(lacking("en", "ann don it well known", "Ann's Ann’s don't it's well-known well-knwon Annn's"), ["well-knwon", "Annn's"]);
  assert.deepEqual(lacking("fr", "homme jusque alors elle oeuvre", "l'homme jusqu’alors qu'elle œuvre l'hommme"), ["l'hommme"]);
  assert.deepEqual(lacking("it", "della arte questo uomo", "dell'arte quest'uomo dell'atre"), ["dell'atre"]);
});

test("German compounds are known where all their parts are words of some length", () => {
  const words = "arbeit zeit gesetz donau dampf schiff haus";
  assert.deepEqual(lacking("de", words, "Arbeitszeitgesetz Donaudampfschiff Arbeitshauss Hausen"), ["Arbeitshauss", "Hausen"]);
  assert.deepEqual(lacking("en", words, "Hausarbeit"), ["Hausarbeit"]);
});

test("a list says nothing about words of another script, and leaves out marks that are optional", () => {
  assert.deepEqual(lacking("en", "peace", "سلام мир 平和 peac"), ["peac"]);
  assert.deepEqual(lacking("ar", "سلام", "سَلَام سلم peace"), ["سلم"]);
  assert.deepEqual(lacking("ru", "мир", "мир peace мри"), ["мри"]);
});

test("a list that lacks many of the words does not fit", () => {
  const words = (some) => [{ words: some.map((text) => ({ text })) }];
  const vocabulary = new Vocabulary("en", "known");
  const some = (known, unknown) => words([...Array(known).fill("known"), ...Array(unknown).fill("unknwon")]);
  assert.deepEqual([[5, 20], [5, 21], [85, 15], [8500, 1500], [8499, 1501]].map(([known, unknown]) => vocabulary.fits(some(known, unknown))), [true, false, true, true, false]);
});

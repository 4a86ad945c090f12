import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { below, bitsOf, offered, wordsAt, wordsOf } from "../../static/js/private/words.js";

const TEXT = readFileSync(new URL("../../static/vendor/eff-words/words.txt", import.meta.url), "utf8");
const words = wordsOf(TEXT);

test("five words are 64.6 bits, and said so from the list", () => {
  assert.deepEqual([words.length, words[0], words.at(-1)], [7776, "abacus", "zoom"]);
  assert.equal(bitsOf(words).toFixed(1), "64.6");
  assert.equal(bitsOf(words, 6).toFixed(1), "77.5");
  assert.equal(bitsOf(["heads", "tails"], 5), 5);
});

test("a list that is cut off, repeats itself or is something else gives no passphrase", () => {
  const lines = TEXT.trimEnd().split("\n");
  for (const wrong of ["", TEXT.slice(0, -6), lines.with(7, lines[8]).join("\n"), lines.with(7, "<b>").join("\n"), lines.with(7, "").join("\n"), `${TEXT}one\n`]) {
    assert.throws(() => wordsOf(wrong), RangeError);
  }
});

test("the list is asked for where it lies, and what is no answer is no list", async () => {
  const asked = [];
  const ask = (ok, text) => async (address) => (asked.push(address), { ok, status: 404, text: async () => text });
  assert.equal((await wordsAt("/there", ask(true, TEXT))).length, 7776);
  await assert.rejects(wordsAt("/there", ask(false, TEXT)), /404/);
  assert.deepEqual(asked, ["/there", "/there"]);
});

test("what is over after whole rounds is drawn again, and the rest comes evenly", () => {
  const whole = 2 ** 32 - (2 ** 32 % 7776);
  const drawing = (...drawn) => () => drawn.shift();
  assert.equal(below(7776, drawing(whole, 2 ** 32 - 1, whole - 1)), 7775);
  assert.equal(below(7776, drawing(7776)), 0);
  assert.deepEqual(Array.from({ length: 6 }, (_, at) => below(3, drawing(at))), [0, 1, 2, 0, 1, 2]);
  assert.equal(below(2 ** 31 + 1, drawing(2 ** 31 + 1, 2 ** 31)), 2 ** 31);
});

test("every offer is another, of words of the list", () => {
  const offers = Array.from({ length: 2000 }, () => offered(words));
  assert.equal(new Set(offers).size, 2000);
  const drawn = offers.flatMap((offer) => offer.split(" "));
  assert.equal(drawn.length, 10_000);
  assert(drawn.every((word) => words.includes(word)));
  // of 10,000 draws 5,627 different words are expected, give or take 41
  assert(Math.abs(new Set(drawn).size - 5627) < 300);
  assert.equal(offered(words, 2, () => 0), "abacus abacus");
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Guesser } from "../../static/js/private/guesses.js";
import { CARDS, judged, levelOf, sameAs, secondsToFind, told } from "../../static/js/private/strength.js";
import { bitsOf, offered, wordsOf } from "../../static/js/private/words.js";

const list = (name) => readFileSync(new URL(`../../static/vendor/${name}.txt`, import.meta.url), "utf8");
const lines = (name) => list(name).trimEnd().split("\n");
const drawn = wordsOf(list("eff-words/words"));
const guesser = new Guesser([lines("zxcvbn-ts/passwords"), lines("zxcvbn-ts/words")], [drawn]);
const own = ["alice.liddell@example.org", "Alice Liddell", "Sotto"];
const of = async (text, about = { own }) => {
  const { wrong, level } = await judged(text, { guesser, ...about });
  return wrong ?? level;
};

test("the lists are what they should be", () => {
  const passwords = lines("zxcvbn-ts/passwords");
  assert.deepEqual([passwords.slice(0, 3), lines("zxcvbn-ts/words").length], [["123456", "password", "12345678"], 10_000]);
  assert.deepEqual(passwords.slice(10_000).filter((one) => one.length < 15), []);
});

test("characters are counted as people count them, once they are composed", async () => {
  assert.equal(await of("gk3vq9xw2zt7mf"), "short");
  assert.equal(await of("gk3vq9xw2zt7mfp"), "fair");
  assert.equal(await of("😀ρ9ж7中w2zt7mfk"), "short");
  assert.equal(await of("é".normalize("NFD").repeat(8)), "short");
  assert.equal(await of(""), "short");
});

test("what everybody thinks of is refused", async () => {
  for (const text of ["passwordpassword", "QWERTY123456789", "polniypizdec0211"]) assert.equal(await of(text), "common", text);
  const simple = ["aaaaaaaaaaaaaaaaaaaa", " ".repeat(15), "a".repeat(5000), "abcabcabcabcabc", "😀".repeat(15), "qwertyuiopasdfghjkl", "abcdefghijklmnopqrstuvwxyz", "9876543210987654321",
    "Password12345678", "p@ssw0rdp@ssw0rd1", "drowssapdrowssap", "яюэьыъщшчцхфуту", "iloveyou iloveyou", "asdfghjkl;asdfghjkl;", "letmein123456789", "2012 2012 2012 2012"];
  for (const text of simple) assert.equal(await of(text), "simple", text);
});

test("what belongs to the person, or to us, counts for nothing", async () => {
  for (const text of ["alice.liddell@example.org", "Alice Liddell 1984", "LiddellAliceSotto", "ALICE.liddell-2026"]) assert.equal(await of(text), "own", text);
  assert.equal(await of("sottosottosottosotto"), "simple");
  assert.notEqual(await of("Alice Liddell 1984", {}), "own");
});

test("habits cost little: keyboards, steps, mirrors, signs for letters, capitals, years, and the same again", () => {
  const few = new Guesser([Array(62).fill("nothing").concat("horse", "stapler")]);
  const bits = (text, own) => Math.round(few.bits(text, own));
  assert.deepEqual(["horse", "Horse", "esroh", "h0rse", "stap1er", "ｈｏｒｓｅ"].map((text) => bits(text)), [6, 7, 7, 7, 7, 6]);
  assert.deepEqual(["zvbqx", "qwertyuiop", "poiuytrewq", "yxcvbn", "mnopqrstuv", "97531"].map((text) => bits(text)), [17, 12, 12, 11, 12, 11]);
  assert.deepEqual(["horsehorsehorse", "horse horse", "1984", "1784", "a", "aa"].map((text) => bits(text)), [8, 14, 7, 13, 3, 4]);
  assert.deepEqual([bits("whitby"), bits("whitby", ["Whitby"]), bits("")], [20, 1, 0]);
});

test("strength is said by what a thousand cards need", async () => {
  const phrases = { correcthorsebatterystaple: "weak", "correct horse battery staple": "fair", "gk3vq9xw2zt7mfp": "fair", "purple stork argues with nine kettles": "strong" };
  assert.deepEqual(Object.fromEntries(await Promise.all(Object.keys(phrases).map(async (text) => [text, await of(text)]))), phrases);
  assert.equal(levelOf(bitsOf(drawn)), "strong");
  assert.equal(levelOf(0), "weak");
});

test("drawn words are not taken for more than they are by much", () => {
  const most = bitsOf(drawn) + 4 * 2 + 2; // spaces cost a little
  for (let time = 0; time < 50; time += 1) assert(guesser.bits(offered(drawn)) <= most);
});

test("more characters never make it easier, and a hundred thousand are no burden", () => {
  const text = "purple stork argues with nine kettles";
  for (let end = 1; end < text.length; end += 1) assert(guesser.bits(text.slice(0, end)) <= guesser.bits(text.slice(0, end + 1)) + 8, text.slice(0, end));
  assert(guesser.bits("x7Kp2".repeat(20_000)) < 40);
});

test("times are those of section 6 of the design", () => {
  const table = (bits) => [[1, 600_000], [1000, 600_000], [1000, 1_000_000]].map(([cards, iterations]) => told(secondsToFind(bits, cards, iterations), "en"));
  assert.deepEqual(table(Math.log2(1e10)), ["3.1 days", "4.5 minutes", "7.5 minutes"]);
  assert.deepEqual(table(Math.log2(36 ** 8)), ["2.4 years", "21 hours", "35 hours"].map((text) => text.replace("35 hours", "1.5 days")));
  assert.deepEqual(table(4 * Math.log2(7776)), ["3.1 thousand years", "3.1 years", "5.2 years"]);
  assert.deepEqual(table(5 * Math.log2(7776)), ["24 million years", "24 thousand years", "40 thousand years"]);
  assert.deepEqual([CARDS.one, CARDS.many], [1, 1000]);
});

test("times are told in the reader's language, and none is endless", () => {
  assert.equal(told(40e6 * 365.25 * 86_400, "de"), "40 Millionen Jahre");
  assert.equal(told(0, "en"), "1 second");
  assert.equal(told(Infinity, "en"), "1 trillion years");
});

test("the login password is known again, but for case and spaces, and is not kept", async () => {
  const isLogin = await sameAs("Nine Horses cross the fjörd");
  for (const text of ["Nine Horses cross the fjörd", "ninehorsescrossthefjörd", "nine horses cross the fjörd ".normalize("NFD")]) assert.equal(await of(text, { isLogin }), "login", text);
  assert.equal(await of("Nine Horses cross the fjord", { isLogin }), "good");
  assert.deepEqual(Object.keys(isLogin), []);
});

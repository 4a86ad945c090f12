import assert from "node:assert/strict";
import test from "node:test";
import { expanded, finder, replaced } from "../../static/js/editor/find.js";

const plain = { isPattern: false, isCased: false, isWhole: false, isFolded: false };
const found = (text, query, options = {}) =>
  finder({ ...plain, query, ...options })(text).map(({ start, end }) => text.slice(start, end));

test("a text is found in any script, as it is written", () => {
  assert.deepEqual(found("Ask, and ask again", "ask"), ["Ask", "ask"]);
  assert.deepEqual(found("Ask, and ask again", "ask", { isCased: true }), ["ask"]);
  assert.deepEqual(found("ΣΊΣΥΦΟΣ и сон", "СОН"), ["сон"]);
  assert.deepEqual(found("我们在北京见面", "北京"), ["北京"]);
  assert.deepEqual(found("a.b*c a.b", "a.b"), ["a.b", "a.b"]);
  assert.deepEqual(found("cafe\u0301 café", "café"), ["cafe\u0301", "café"]);
  assert.deepEqual(found("anything", ""), []);
});

test("whole words, also where no spaces stand between them", () => {
  assert.deepEqual(found("task ask asked ask's", "ask", { isWhole: true }), ["ask", "ask"]);
  assert.deepEqual(found("naïve naïveté", "naïve", { isWhole: true }), ["naïve"]);
  assert.deepEqual(found("我们在北京见面", "北京", { isWhole: true }), ["北京"]);
  assert.deepEqual(found("我们在北京见面", "京见", { isWhole: true }), []);
  assert.deepEqual(found("हिन्दी", "हिन", { isWhole: true }), []);
});

test("accents may be left out, and the find is the text with its accents", () => {
  const options = { isFolded: true };
  assert.deepEqual(found("Zoë, Zoe\u0308 and ZOE", "zoe", options), ["Zoë", "Zoe\u0308", "ZOE"]);
  assert.deepEqual(found("Zoe", "zoë", options), ["Zoe"]);
  assert.deepEqual(found("مُحَمَّد", "محمد", options), ["مُحَمَّد"]);
  assert.deepEqual(found("हिन्दी", "हन", options), []);
  assert.deepEqual(found("한국어", "한", options), ["한"]);
  assert.deepEqual(found("é1 è2", "e(\\d)", { isFolded: true, isPattern: true }), ["é1", "è2"]);
});

test("patterns have groups, and their mistakes are told", () => {
  const options = { ...plain, isPattern: true };
  const text = "the the cat, Ånd ånd";
  const [first, second] = finder({ ...options, query: "(?<word>\\p{L}+) \\1" })(text);
  assert.equal(expanded("<$1|$<word>|$&|$$|$7>", first.groups), "<the|the|the the|$|$7>");
  assert.equal(text.slice(second.start, second.end), "Ånd ånd");
  assert.throws(() => finder({ ...options, query: "(" }), SyntaxError);
  assert.deepEqual(found("aaa", "x*", { isPattern: true }), []);
});

test("replacing leaves what stands between alone", () => {
  assert.equal(replaced("one two one", [[0, 3, "1"], [8, 11, ""]]), "1 two ");
});

import assert from "node:assert/strict";
import test from "node:test";
import { blocksOf, machineRow, wordDiff } from "../../static/js/editor/diff.js";
import { sittings } from "../../static/js/editor/sittings.js";

const shown = (before, after) => wordDiff(before, after).map(({ kind, text }) => ({ same: "=", gone: "-", new: "+" })[kind] + text);
const row = (id, text, more = {}) => ({ id, text, start: 0, end: 1, speaker: null, note: "", words: [], ...more });
const document = (...segments) => ({ speakers: [{ id: "s", name: "Ann" }, { id: "t", name: "Bob" }], segments });

test("words that went and came, in any script", () => {
  assert.deepEqual(shown("ask not what", "ask what you"), ["=ask", "-not", "=what", "+you"]);
  assert.deepEqual(shown("same words", "same words"), ["=same words"]);
  assert.deepEqual(shown("", "all new"), ["+all new"]);
  assert.deepEqual(shown("old all", ""), ["-old all"]);
  assert.deepEqual(shown("我们在北京", "我们去北京"), ["=我们", "-在", "+去", "=北京"]);
});

test("splitting and merging change no word", () => {
  const before = document(row("a", "one two three", { end: 3 }), row("b", "four"));
  const after = document(row("a", "one"), row("n", "two three", { start: 1, end: 3 }), row("b", "four"));
  assert.deepEqual(blocksOf(before, after).map(({ isSame, words }) => [isSame, words]), [
    [false, [{ kind: "same", text: "one two three" }]],
    [true, [{ kind: "same", text: "four" }]],
  ]);
});

test("speakers, notes, and segments that came and went", () => {
  const before = document(row("a", "x", { speaker: "s" }), row("b", "gone"), row("c", "y"));
  const after = document(row("a", "x", { speaker: "t" }), row("c", "y", { note: "look" }), row("d", "new"));
  const blocks = blocksOf(before, after).map(({ who, note, words }) => [who, note, words.map(({ kind, text }) => `${kind} ${text}`)]);
  assert.deepEqual(blocks, [
    [["Ann", "Bob"], [], ["same x"]],
    [[], [], ["gone gone"]],
    [[], ["", "look"], ["same y"]],
    [[], [], ["new new"]],
  ]);
});

test("a speaker who was renamed is told once", () => {
  const before = document(row("a", "x", { speaker: "s" }), row("b", "y", { speaker: "s" }));
  const after = { ...before, speakers: [{ id: "s", name: "Anna" }, { id: "t", name: "Bob" }] };
  assert.deepEqual(blocksOf(before, after).map(({ isSame, who }) => [isSame, who]), [[false, ["Ann", "Anna"]], [true, []], [true, []]]);
});

test("what the machine said is found by the segment, or by its times", () => {
  const word = (text, start) => ({ text, start, end: start + 0.5 });
  const machine = document(row("a", "one two three", { end: 3, words: [word("one", 0), word("two", 1), word("three", 2)] }));
  assert.equal(machineRow(machine, row("a", "?", { end: 3 })).text, "one two three");
  assert.equal(machineRow(machine, row("n", "?", { start: 1, end: 3 })).text, "two three");
  assert.equal(machineRow(machine, row("n", "?", { start: 8, end: 9 })), null);
});

test("a sitting is one author's, without a long pause", () => {
  const version = (minute, author, kinds) => ({ created_at: new Date(60_000 * minute).toISOString(), author, kinds });
  const all = [version(100, "a", { text: 1 }), version(95, "a", { text: 2, note: 1 }), version(40, "a", { split: 1 }), version(39, "b", { text: 1 })];
  assert.deepEqual(sittings(all).map(({ versions, kinds }) => [versions.length, kinds]), [[2, { text: 3, note: 1 }], [1, { split: 1 }], [1, { text: 1 }]]);
});

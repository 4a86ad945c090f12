import assert from "node:assert/strict";
import test from "node:test";
import { StoreFailed } from "../../static/js/editor/store.js";
import { bounded, changed, documentAt, listed, thin, wayBack } from "../../static/js/private/history.js";

const row = (id, text) => ({ id, text, start: 0, end: 1, speaker: null, words: [{ text, start: 0, end: 1, speaker: null, confidence: 1 }], confidence: null, edited: false, note: "" });
const entry = (number, length) => ({ number, batch: `b${number}`, operations: [{ op: "text" }], inverse: ["x".repeat(length)] });
const text = (...rows) => ({ version: 1, content: { schema: 1, document: { segments: rows, speakers: [], marks: [] }, history: [], dek_epoch: 1 } });
const say = (segment, words) => ({ op: "text", segment, text: words });

function after(before, batch, ...operations) {
  const { version, content } = changed(before, { base: before.version, batch, operations });
  return { version, content };
}

test("the oldest go first, and what is left is the way back from now without a gap", () => {
  const history = [entry(2, 100), entry(3, 100), entry(4, 100)];
  const one = JSON.stringify(history[0]).length;
  assert.deepEqual(bounded(history, 3 * one).map(({ number }) => number), [2, 3, 4]);
  assert.deepEqual(bounded(history, 3 * one - 1).map(({ number }) => number), [3, 4]);
  assert.deepEqual(bounded(history, 0).map(({ number }) => number), [4]);
});

test("a change that is too long by itself keeps its name, and ends the way back", () => {
  const [first] = bounded([entry(2, 10), entry(3, 5000)], 1000, 4000);
  assert.deepEqual([first.number, first.batch, first.operations, first.inverse], [3, "b3", [], null]);
  const long = "x".repeat(4_500_000);
  const before = after(text(row("a", "One."), row("b", "Two.")), "batch-one", say("b", "Due."));
  const now = after(before, "batch-two", say("a", long), say("a", `${long}!`));
  assert.deepEqual(listed(now), { current: 3, machine: 1, hearings: [1], results: [], next: null, isCut: true });
  assert.deepEqual([wayBack(now, 2), wayBack(now, 3), documentAt(now, 1)], [null, [], null]);
  assert.deepEqual(changed(now, { base: 2, batch: "batch-two", operations: [] }), { version: 3, others: [], content: null });
  assert.throws(() => changed(now, { base: 2, batch: "batch-333", operations: [say("b", "Zwei.")] }), (failed) => failed instanceof StoreFailed && failed.status === 409);
  assert.equal(documentAt(after(now, "batch-444", say("b", "Deux.")), 3).segments[1].text, "Due.");
});

test("fifty to a page, and the title's changes are not told", () => {
  let now = text(row("a", "0"));
  for (let number = 1; number <= 60; number += 1) now = after(now, `batch-${number}`, ...(number === 59 ? [] : [say("a", String(number))]));
  const first = listed(now);
  assert.deepEqual([first.results.length, first.results[0].number, first.results[1].number, first.next, first.isCut], [50, 61, 59, 11, false]);
  const second = listed(now, first.next);
  assert.deepEqual([second.results.map(({ number }) => number), second.next], [[10, 9, 8, 7, 6, 5, 4, 3, 2], null]);
});

test("a copy to be changed leaves what is held as it was", () => {
  const { content: { document } } = text(row("a", "One."));
  const copy = thin(document);
  copy.segments[0].text = "Uno.";
  copy.speakers.push({ id: "s1", name: "Ann" });
  assert.deepEqual([document.segments[0].text, document.speakers], ["One.", []]);
  assert.equal(copy.segments[0].words, document.segments[0].words);
});

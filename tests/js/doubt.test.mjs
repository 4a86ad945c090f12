import assert from "node:assert/strict";
import test from "node:test";
import { accepting, doubtsIn, nextOf } from "../../static/js/editor/doubt.js";

const row = (id, text, ...sure) => ({
  id, text, words: text.split(" ").map((word, index) => ({ text: word, confidence: sure[index] ?? null })),
});

test("words below the threshold are doubtful, and those that a rule is for", () => {
  const one = row("a", "Ann met Jon, again", 0.9, 0.4, null, 0.5);
  const places = (...args) => doubtsIn(one, ...args).map(({ text, index, start, end }) => [text, index, start, end]);
  assert.deepEqual(places(0.5), [["met", 1, 4, 7]]);
  assert.deepEqual(places(0.51), [["met", 1, 4, 7], ["again", 3, 13, 18]]);
  assert.deepEqual(places(0, new Map([["jon", { from: "Jon", to: "John" }]])), [["Jon,", 2, 8, 12]]);
});

test("from one to the next, and round at the ends", () => {
  const segments = [row("a", "x y", 0.1, 0.1), row("b", "z", 0.1)];
  const doubts = segments.flatMap((one) => doubtsIn(one, 0.5));
  const go = (place, step) => nextOf(doubts, segments, place, step)?.text;
  assert.deepEqual([go(null, 1), go({ segment: "a", start: 0, end: 1 }, 1), go({ segment: "a", start: 2, end: 3 }, 1)], ["x", "y", "z"]);
  assert.deepEqual([go({ segment: "b", start: 0, end: 1 }, 1), go({ segment: "b", start: 0, end: 1 }, -1), go(null, -1)], ["x", "y", "z"]);
  assert.equal(nextOf([], segments, null, 1), null);
});

test("what is accepted is one operation for each segment", () => {
  const doubts = [["a", 1], ["b", 0], ["a", 3]].map(([segment, index]) => ({ segment, index }));
  assert.deepEqual(accepting(doubts), [{ op: "accept", segment: "a", words: [1, 3] }, { op: "accept", segment: "b", words: [0] }]);
});

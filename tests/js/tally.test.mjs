import assert from "node:assert/strict";
import test from "node:test";
import { secondsLeft, tallyOf } from "../../static/js/upload/tally.js";

const item = (state, size = 99, sent = 0) => ({ state, sent, file: { size }, batch: null });
const settled = { done: 3, failed: 1, cancelled: 0, jobs: [1, 2, 3, 4], settled_at: "2026-01-01" };

test("what has ended, how it ended, and what is still open", () => {
  const states = ["done", "done", "failed", "cancelled", "working", "sending", "waiting", "left"];
  const { fraction, ...tally } = tallyOf(states.map((state) => item(state)), []);
  assert.deepEqual(tally, { total: 8, done: 2, failed: 1, cancelled: 1, open: 4 });
  assert.equal(fraction, (4 + 0.25) / 8);
});

test("a large file counts for more than a small one", () => {
  const { fraction } = tallyOf([item("done", 299), item("waiting", 99)], []);
  assert.equal(fraction, 0.75);
});

test("of a batch of before the server knows, and what joins it is not counted twice", () => {
  const batch = { isRestored: true, expected: 5, state: { ...settled, settled_at: null } };
  const { fraction, ...tally } = tallyOf([{ ...item("sending"), batch }], [batch]);
  assert.deepEqual(tally, { total: 5, done: 3, failed: 1, cancelled: 0, open: 1 });
  assert.equal(fraction, 0.8);
  assert.equal(tallyOf([], [{ expected: 5, state: settled }]).open, 0);
  assert.equal(tallyOf([], [{ expected: 5, state: null }]).open, 5);
});

test("how long it takes is not guessed at before anything is known", () => {
  assert.equal(secondsLeft(0.5, 0, 4), null);
  assert.equal(secondsLeft(0.04, 0, 60), null);
  assert.equal(secondsLeft(0.25, 0, 60), 180);
  assert.equal(secondsLeft(0.75, 0.25, 100), 50);
});

import assert from "node:assert/strict";
import test from "node:test";
import { clock, indexAt } from "../../static/js/media/words.js";

test("the word at a time is the last that has begun", () => {
  const starts = Float64Array.from([0.5, 1, 1, 2.25]);
  assert.deepEqual([0, 0.5, 0.9, 1, 2.2, 2.25, 1e9].map((time) => indexAt(starts, time)), [-1, 0, 0, 2, 2, 3, 3]);
  assert.equal(indexAt(new Float64Array(), 3), -1);
});

test("a clock shows hours only where there are any", () => {
  assert.deepEqual([0, 7.9, 61, 3600, 36_061].map(clock), ["0:00", "0:07", "1:01", "1:00:00", "10:01:01"]);
});

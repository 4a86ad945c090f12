import assert from "node:assert/strict";
import test from "node:test";
import { exactTime, problemWithTimes, typedTime } from "../../static/js/editor/times.js";

test("times are read as they are written, and as people type them", () => {
  for (const seconds of [0, 7.25, 61.001, 3723.5, 36_000]) assert.equal(typedTime(exactTime(seconds)), seconds);
  assert.deepEqual(["62,5", " 1:02 ", "75:00", "1:00:00"].map(typedTime), [62.5, 62, 4500, 3600]);
  assert.deepEqual(["", "x", "1:60", "1:60:00", "-3", "1:2:3:4", "5."].map(typedTime), Array(7).fill(null));
  assert.deepEqual([0, 7.25, 3599.9996].map(exactTime), ["0:00.000", "0:07.250", "1:00:00.000"]);
});

test("a segment ends after it begins, and within the recording", () => {
  const problems = [[null, 1], [2, 1], [1, 11], [1, 10]].map(([start, end]) => problemWithTimes(start, end, 10));
  assert.deepEqual(problems, ["unreadable", "backwards", "beyond", null]);
});

import assert from "node:assert/strict";
import test from "node:test";
import { Peaks, PEAKS_A_SECOND, Reducer } from "../../static/js/wave/peaks.js";
import { rulerStep, View } from "../../static/js/wave/view.js";

test("the loudest sample of each step is kept, whatever the rate and the pieces", () => {
  const reducer = new Reducer(1);
  const [low, high] = [new Float32Array(8000), new Float32Array(48_000)];
  low[4000] = -0.25;
  high[36_000] = 1;
  reducer.add(low, 0, 8000);
  reducer.add(high.subarray(0, 30_000), 0, 48_000);
  reducer.add(high.subarray(30_000), 30_000 / 48_000, 48_000);
  const heard = [...reducer.bytes.entries()].filter(([, byte]) => byte);
  assert.deepEqual(heard, [[PEAKS_A_SECOND / 2, 127], [0.75 * PEAKS_A_SECOND, 255]]);
});

test("a moment that is loud shows at every width, in its place and nowhere else", () => {
  const peaks = new Peaks(36_000);
  const bytes = new Uint8Array(1000);
  bytes[10] = 200;
  peaks.put(bytes, 18_000 * PEAKS_A_SECOND);
  for (const width of [0.005, 0.1, 1, 30, 3600]) {
    assert.equal(peaks.between(18_000.05 - width / 2, 18_000.05 + width / 2 + 0.005), 1, `${width}`);
  }
  assert.deepEqual([peaks.between(16_000, 16_900), peaks.between(18_100, 18_200), peaks.between(0, 0.01)], [0, 0, 0]);
});

test("a recording without a length, or nothing heard of it yet, is flat", () => {
  const empty = new Peaks(0);
  empty.put(new Uint8Array([9, 9, 9, 9]));
  assert.equal(new Peaks(10).between(0, 10), 0);
});

test("a view zooms around a time, stays within the recording, and turns its page", () => {
  const view = new View(36_000);
  view.width = 1000;
  assert.deepEqual([view.start, view.end], [0, 60]);
  view.zoom(0.5, 40);
  assert.deepEqual([view.start, view.end, view.xOf(40)], [20, 50, (20 / 30) * 1000]);
  assert.equal(view.timeAt(500), 35);
  for (let times = 0; times < 30; times += 1) view.zoom(0.5, 40);
  assert.equal(view.span, 1);
  view.whole();
  assert.deepEqual([view.start, view.end], [0, 36_000]);
  view.zoom(1 / 600, 0);
  assert.deepEqual([view.follow(30), view.follow(59), view.start], [false, true, 59 - 2.4]);
  view.move(1e9);
  assert.deepEqual([view.end, view.follow(35_999.9)], [36_000, false]);
  assert.equal(new View(11).span, 11);
});

test("times are written as far apart as they need", () => {
  assert.deepEqual([[11, 1100], [60, 1000], [36_000, 1000], [36_000, 300], [1, 1000]].map(([span, width]) => rulerStep(span, width, 72)),
    [1, 5, 3600, 7200, 0.1]);
});

import assert from "node:assert/strict";
import test from "node:test";
import { secondOf } from "../../static/js/editor/arrive.js";
import { moved } from "../../static/js/editor/bounds.js";
import { pastSilence, spoken, whole } from "../../static/js/editor/spans.js";
import { Settings } from "../../static/js/media/settings.js";

const row = (id, start, end) => ({ id, start, end });
const times = (segment, start, end) => ({ op: "times", segment, start, end });
const three = [row("a", 0, 2), row("b", 2, 4), row("c", 5, 6)];

test("a boundary that two segments share moves both, in an order that never overlaps", () => {
  assert.deepEqual(moved(three, "b", "start", 2.5), [times("a", 0, 2.5), times("b", 2.5, 4)]);
  assert.deepEqual(moved(three, "a", "end", 1.25), [times("a", 0, 1.25), times("b", 1.25, 4)]);
});

test("a neighbour with room between stays, until it is in the way, and never vanishes", () => {
  assert.deepEqual(moved(three, "b", "end", 4.5), [times("b", 2, 4.5)]);
  assert.deepEqual(moved(three, "b", "end", 5.5), [times("b", 2, 5.5), times("c", 5.5, 6)]);
  assert.deepEqual(moved(three, "b", "end", 9), [times("b", 2, 5.98), times("c", 5.98, 6)]);
  assert.deepEqual(moved(three, "b", "start", -1), [times("a", 0, 0.02), times("b", 0.02, 4)]);
});

test("the ends of the recording, and of the segment itself, are kept", () => {
  assert.deepEqual(moved(three, "c", "end", 9, 7), [times("c", 5, 7)]);
  assert.deepEqual(moved(three, "a", "start", -3), []);
  assert.deepEqual(moved(three, "c", "start", 8), [times("c", 5.98, 6)]);
  assert.deepEqual(moved([row("a", 1, 1.01)], "a", "start", 0.5), [times("a", 0.5, 1.01)]);
});

test("what is spoken is joined, and silences are passed to just before the next word", () => {
  const stretches = spoken([...three, row("d", 5.5, 8), row("e", 20, 21)]);
  assert.deepEqual(stretches, [{ start: 0, end: 4 }, { start: 5, end: 8 }, { start: 20, end: 21 }]);
  const next = (time) => pastSilence(stretches, time, 1.5, 0.25);
  assert.deepEqual([3, 4.2, 7.9, 8, 15, 19.8, 20, 30].map(next), [null, null, null, 19.75, 19.75, null, null, null]);
  assert.equal(pastSilence([{ start: 3, end: 4 }], 0, 1, 0.25), 2.75);
  assert.deepEqual(whole([row("a", 3, 4), row("b", 1, 2)]), { start: 1, end: 4 });
});

test("an address names a second, or none", () => {
  assert.deepEqual(["#t=12", "#t=12.5", "", "#t=", "#t=-1", "#words"].map(secondOf), [12, 12.5, null, null, null, null]);
});

test("settings outlive the page, and nonsense that was kept is left out", () => {
  const kept = { "sotto-player": '{"speed": 2, "follow": "yes"}' };
  const storage = { getItem: (name) => kept[name] ?? null, setItem: (name, value) => void (kept[name] = value) };
  const settings = new Settings(storage);
  assert.deepEqual([settings.get("speed"), settings.get("follow")], [2, true]);
  settings.set("back", 3);
  assert.equal(new Settings(storage).get("back"), 3);
});

import assert from "node:assert/strict";
import test from "node:test";
import { Boxes } from "../../static/js/burning/boxes.js";

const text = (letters) => [...letters].map((letter) => letter.charCodeAt(0));
const long = (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const box = (type, content) => [...long(8 + content.length), ...text(type), ...content];
const moof = (ticks) => box("moof", box("traf", box("tfdt", [0, 0, 0, 0, ...long(ticks)])));
const wide = (ticks) => box("moof", box("traf", box("tfdt", [1, 0, 0, 0, ...long(1), ...long(ticks)])));

function follow(bytes, step) {
  const seconds = [];
  const boxes = new Boxes((at) => seconds.push(at));
  for (let at = 0; at < bytes.length; at += step) boxes.take(Uint8Array.from(bytes.slice(at, at + step)));
  return { seconds, failure: boxes.failure, isWhole: boxes.isWhole };
}

for (const step of [1, 7, 10_000]) {
  test(`a video is followed in pieces of ${step}`, () => {
    const whole = [box("ftyp", text("isom")), moof(0), box("mdat", Array(999).fill(1)), moof(180_000), box("mfra", [])];
    assert.deepEqual(follow(whole.flat(), step), { seconds: [0, 2], failure: "", isWhole: true });
  });
  test(`what is cut off says why, in pieces of ${step}`, () => {
    const cut = [moof(90_000), box("free", text("sotto:video_too_long"))];
    assert.deepEqual(follow(cut.flat(), step), { seconds: [1], failure: "video_too_long", isWhole: false });
  });
}

test("a time of 64 bits counts whole", () => {
  assert.deepEqual(follow(wide(0), 64).seconds, [2 ** 32 / 90_000]);
});

test("what lies inside a box is not taken for one", () => {
  assert.deepEqual(follow(box("mdat", moof(90_000)), 5), { seconds: [], failure: "", isWhole: false });
});

import assert from "node:assert/strict";
import test from "node:test";
import { correction, ruled } from "../../static/js/editor/rules.js";

test("a correction is a few words in one place for a few others", () => {
  assert.deepEqual(correction("We met Jon, twice.", "We met John, twice."), { from: "Jon", to: "John" });
  assert.deepEqual(correction("in new castle", "in Newcastle"), { from: "new castle", to: "Newcastle" });
  assert.deepEqual(correction("say “sotto” now", "say “Sotto” now"), { from: "sotto", to: "Sotto" });
  assert.equal(correction("one two", "one two three"), null);
  assert.equal(correction("one two three", "one two"), null);
  assert.equal(correction("yes, no", "yes no"), null);
  assert.equal(correction("a b c d e f", "u v w x y z"), null);
  assert.equal(correction("same", "same"), null);
});

test("rules change whole words as they are written, the longer first", () => {
  const segments = [{ id: "a", text: "new castle, new castles, New castle" }, { id: "b", text: "the new" }];
  const rules = [{ from: "new", to: "old" }, { from: "new castle", to: "Newcastle" }];
  const changes = ruled(segments, rules).map(({ segment, start, end, replacement }) => [segment, start, end, replacement]);
  assert.deepEqual(changes, [["a", 0, 10, "Newcastle"], ["a", 12, 15, "old"], ["b", 4, 7, "old"]]);
});

import assert from "node:assert/strict";
import test from "node:test";
import { problemWithName, talkTimes } from "../../static/js/editor/talk.js";

test("talk time adds up what each speaker's segments last", () => {
  const rows = [["a", 0, 2], ["b", 2, 2.5], ["a", 3, 4], [null, 5, 6]];
  const times = talkTimes(rows.map(([speaker, start, end]) => ({ speaker, start, end })));
  assert.deepEqual([...times], [["a", 3], ["b", 0.5], [null, 1]]);
});

test("a name is neither empty nor another's, however it is written", () => {
  const speakers = [{ id: "a", name: "Zoé" }, { id: "b", name: "Bob" }];
  assert.equal(problemWithName("  ", speakers), "empty");
  assert.equal(problemWithName(" zoe\u0301 ", speakers, "b"), "taken");
  assert.equal(problemWithName("ZOÉ", speakers, "a"), null);
  assert.equal(problemWithName("Ann", speakers), null);
});

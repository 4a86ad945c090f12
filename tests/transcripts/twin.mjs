// Applies what Python applied, and compares: see test_operations.py and test_differences.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { difference } from "../../static/js/editor/differences.js";
import { Draft } from "../../static/js/editor/operations.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
for (const { before, edits, after, inverse, isDifference = false } of cases) {
  if (isDifference) assert.deepEqual(difference(before, after), edits);
  const draft = new Draft(structuredClone(before));
  const undo = draft.applyAll(edits);
  assert.deepEqual(draft.document, after);
  assert.deepEqual(undo, inverse);
  draft.applyAll(structuredClone(undo));
  assert.deepEqual({ marks: [], ...draft.document }, { marks: [], ...before });
}
console.log(`${cases.length} agree`);

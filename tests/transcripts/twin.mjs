// Applies what Python applied, and compares: see test_operations.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Draft } from "../../static/js/editor/operations.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
for (const { before, edits, after, inverse } of cases) {
  const draft = new Draft(structuredClone(before));
  const undo = draft.applyAll(edits);
  assert.deepEqual(draft.document, after);
  assert.deepEqual(undo, inverse);
  draft.applyAll(structuredClone(undo));
  assert.deepEqual({ marks: [], ...draft.document }, { marks: [], ...before });
}
console.log(`${cases.length} agree`);

// Makes the cues that Python made, and compares: see test_cues.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cuesOf } from "../../static/js/subtitles/cues.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
for (const { document, options, labelInText, cues } of cases) {
  const made = cuesOf(document, options, { labelInText });
  assert.deepEqual(made.map(({ startMs, endMs, lines, speaker }) => [startMs, endMs, lines, speaker]), cues);
}
console.log(`${cases.length} agree`);

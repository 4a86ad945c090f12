// Saves in the browser's way what Python saved in the server's, and compares: see test_private_history.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { clash } from "../../static/js/editor/clashes.js";
import { StoreFailed } from "../../static/js/editor/store.js";
import { changed, documentAt, listed, wayBack } from "../../static/js/private/history.js";

const { transcripts, pairs } = JSON.parse(readFileSync(0, "utf8"));

for (const { heard, steps, documents, versions } of transcripts) {
  let text = { version: 1, content: { schema: 1, document: heard, history: [], dek_epoch: 1 } };
  const untouched = JSON.stringify(heard);
  for (const { base, batch, operations, restores, said } of steps) {
    const before = JSON.stringify(text);
    const change = { base, batch, operations: operations ?? wayBack(text, restores), ...(restores && { restores }) };
    let answer;
    try {
      const { version, others, content } = changed(text, change);
      answer = { version, others: others.map(({ number, operations: theirs }) => ({ number, operations: theirs })) };
      assert.equal(JSON.stringify(text), before, "what is held does not change by it");
      if (content) text = { version, content };
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      answer = { code: failed.problem.code, conflicts: failed.problem.conflicts ?? null };
    }
    assert.deepEqual(answer, said);
  }
  assert.equal(JSON.stringify(heard), untouched);
  documents.forEach((document, index) => assert.deepEqual({ marks: [], ...documentAt(text, index + 1) }, { marks: [], ...document }));
  assert.equal(documentAt(text, documents.length + 1), null);
  const { results } = listed(text);
  assert.deepEqual(results.map(({ number, kinds, restores }) => ({ number, kinds, restores })), versions);
}
for (const { mine, theirs, both } of pairs) assert.deepEqual([...clash(mine, theirs)].sort(), both);
console.log(`${transcripts.length} and ${pairs.length} agree`);

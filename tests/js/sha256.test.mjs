import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import test from "node:test";
import { sha256Of } from "../../static/js/media/sha256.js";

const MIB = 1024 * 1024;

for (const size of [0, 1, 4 * MIB - 1, 4 * MIB, 9 * MIB + 17]) {
  test(`a file of ${size} bytes has the hash that others give it`, async () => {
    const bytes = randomBytes(size);
    const fractions = [];
    const hash = await sha256Of(new Blob([bytes]), (fraction) => fractions.push(fraction));
    assert.equal(hash, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(fractions.at(-1) ?? 1, 1);
  });
}

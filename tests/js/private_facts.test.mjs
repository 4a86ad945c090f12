import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ITERATIONS } from "../../static/js/crypto/keys.js";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { facts } from "../../static/js/private/facts.js";

const table = Object.fromEntries(facts({ protocol: "https:" }));
const bits = (text) => Buffer.from(text, "base64url").length * 8;

test("the table says what a ring is made of", async () => {
  const { ring, code } = await create("u1", "nine horses cross the ford");
  const [pass] = ring.slots;
  assert.deepEqual(Object.keys(table), ["algorithm", "derivation", "iterations", "iv", "storage", "transport", "implementation", "source"]);
  assert.equal(table.iv.bits, bits(ring.state.iv));
  assert.equal(table.iterations.usual, pass.iter);
  assert.deepEqual(table.derivation, { passphrase: "PBKDF2-SHA256", code: "HKDF-SHA256", saltBits: bits(pass.salt), codeBits: code.length * 8 });
  assert.equal(table.algorithm.keyBits + table.algorithm.tagBits, bits(pass.env.ct));
  const { key } = await (await unlock("u1", ring, code)).newDek("t", 1);
  assert.deepEqual([`AES-${key.algorithm.length}-GCM`, key.algorithm.name, key.extractable], [table.algorithm.name, "AES-GCM", false]);
});

test("nothing of it is undefined, and the source is there", () => {
  assert.doesNotMatch(JSON.stringify(facts({ protocol: "https:" }), (_, value) => value ?? "missing"), /missing/);
  assert.deepEqual(table.iterations, { ...ITERATIONS });
  assert.deepEqual(table.storage, { idleMinutes: 15 });
  for (const address of table.source.addresses) assert(readFileSync(new URL(address)).length > 0);
  assert.deepEqual([table.transport.protocol, Object.fromEntries(facts({ protocol: "http:" })).transport.protocol], ["HTTPS", "HTTP"]);
});

// `VECTORS=FILE node --test` checks the library against any file of the shape of vectors.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { failuresIn } from "./check.js";
import { Refused, random, toBase64url } from "./format.js";
import { CODE_BYTES } from "./keys.js";
import { Tampered, create, unlock, withSecret } from "./vault.js";

const file = JSON.parse(readFileSync(process.env.VECTORS || new URL("vectors.json", import.meta.url)));
const [WORDS, OTHER, FEW] = ["five words that were drawn", "five others, drawn again", 600_000];

test("every set opens, and nothing changed about it does", async () => {
  assert.deepEqual(await failuresIn(file), []);
});

test("a keyring opens by its passphrase and by its code", async () => {
  const { ring, code } = await create("u", WORDS, FEW);
  const [one, other] = [await unlock("u", ring, WORDS), await unlock("u", ring, code)];
  const { env } = await one.newDek("t", 1);
  const sealed = await one.sealText(await one.dek("t", 1, env), "t", 1, { text: "größer" });
  assert.deepEqual(await other.openText(await other.dek("t", 1, env), "t", 1, sealed), { text: "größer" });
  await assert.rejects(unlock("u", ring, OTHER), Refused);
  await assert.rejects(unlock("someone", ring, WORDS), Refused);
});

test("another passphrase, by the code: the old one opens nothing, the texts are the same", async () => {
  const { ring, code } = await create("u", WORDS, FEW);
  const { env } = await (await unlock("u", ring, WORDS)).newDek("t", 1);
  const next = await withSecret("u", ring, code, OTHER, { iter: FEW });
  assert.equal(next.epoch, ring.epoch + 1);
  await (await unlock("u", next, OTHER)).dek("t", 1, env);
  await unlock("u", next, code);
  await assert.rejects(unlock("u", next, WORDS), Refused);
  const onceMore = withSecret("u", ring, code, OTHER, { iter: FEW, pinned: next.epoch });
  await assert.rejects(onceMore, ({ what }) => what === "epoch"); // an old ring is not built upon
});

test("another code in the place of the one before touches no text and no passphrase", async () => {
  const { ring, code } = await create("u", WORDS, FEW);
  const { env } = await (await unlock("u", ring, WORDS)).newDek("t", 1);
  const fresh = random(CODE_BYTES);
  const next = await withSecret("u", ring, WORDS, fresh);
  assert.deepEqual([next.epoch, next.slots.map(({ id, type, iter }) => [id, type, iter])], [2, [["c2", "code", undefined], ["p1", "pass", FEW]]]);
  for (const secret of [fresh, WORDS]) await (await unlock("u", next, secret)).dek("t", 1, env);
  await assert.rejects(unlock("u", next, code), Refused);
});

test("new keys: the old open nothing more, all texts and results open with the new", async () => {
  const { ring, code } = await create("u", WORDS, FEW);
  const vault = await unlock("u", ring, WORDS);
  const { key, env } = await vault.newDek("t", 1);
  const text = await vault.sealText(key, "t", 1, { words: 7 });
  const next = await vault.rotated(OTHER, [{ tid: "t", version: 1, env }], FEW);
  const after = await unlock("u", next.ring, OTHER);
  assert.deepEqual(await after.openText(await after.dek("t", 1, next.deks[0].env), "t", 1, text), { words: 7 });
  assert.deepEqual(next.ring.pairs.map(({ pk }) => pk), [next.ring.pk, ring.pk]);
  await assert.rejects(unlock("u", next.ring, code), Refused);
  await assert.rejects(vault.dek("t", 1, next.deks[0].env), Refused);
  await unlock("u", next.ring, next.code);
});

test("what a server makes up about a keyring is told, and nothing is used", async () => {
  const { ring } = await create("u", WORDS, FEW);
  const { ring: other } = await create("u", WORDS, FEW);
  const told = (change, pinned) => unlock("u", { ...ring, ...change }, WORDS, pinned).then(() => "nothing", (error) => error.what ?? error.constructor.name);
  assert.equal(await told({ pk: other.pk }), "key");
  assert.equal(await told({ slots: [...ring.slots, { ...ring.slots[1], id: "c9" }] }), "slots");
  assert.equal(await told({ slots: ring.slots.slice(0, 1) }), "slots");
  assert.equal(await told({ slots: Array(9).fill(ring.slots[0]) }), "slots");
  assert.equal(await told({}, ring.epoch + 1), "epoch");
  assert.equal(await told({ epoch: 2 }), "state");
  assert.equal(await told({ state: other.state }), "state");
  assert.equal(await told({}), "nothing");
  assert(new Tampered("key").message.includes("key"));
});

test("fewer iterations than the owner chose are noticed though they are enough", async () => {
  const { ring } = await create("u", WORDS, FEW + 1000);
  const weak = await create("u", WORDS, FEW);
  await assert.rejects(unlock("u", { ...ring, slots: weak.ring.slots }, WORDS), { what: "state" });
});

test("too few iterations, or too many, make no keyring", async () => {
  for (const iter of [599_999, 10_000_001, 0, NaN, "600000"]) await assert.rejects(create("u", WORDS, iter), Refused);
});

test("a manifest is of one epoch", async () => {
  const { ring } = await create("u", WORDS, FEW);
  const vault = await unlock("u", ring, WORDS);
  const env = await vault.sealManifest(4, { t: [7, 1] });
  assert.deepEqual(await vault.openManifest(4, env), { t: [7, 1] });
  await assert.rejects(vault.openManifest(5, env), Refused);
});

test("no key can be read out", async () => {
  const { ring } = await create("u", WORDS, FEW);
  const vault = await unlock("u", ring, WORDS);
  const { key, env } = await vault.newDek("t", 1);
  for (const one of [key, await vault.dek("t", 1, env)]) await assert.rejects(crypto.subtle.exportKey("raw", one));
});

test("base64 of megabytes", () => {
  const bytes = new Uint8Array(3_000_001).map((_, at) => at * 7);
  assert.equal(toBase64url(bytes), Buffer.from(bytes).toString("base64url"));
});

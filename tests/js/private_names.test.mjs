import assert from "node:assert/strict";
import test from "node:test";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { forgetName, keepName, nameOf } from "../../static/js/private/names.js";

const { ring, code } = await create("u1", "nine horses cross the ford", 600_000);
const vault = await unlock("u1", ring, code);
const job = { uid: "u1", publicKey: ring.pk, job: "j1" };
const ABOUT = { file_name: "Übergabe an Kestrel.m4a", sha256: "ab".repeat(32) };

function storage() {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

test("a name is opened by the keys of whom it belongs to, and lies there as ciphertext", async () => {
  const here = storage();
  await keepName(job, { file_name: ABOUT.file_name }, here);
  await keepName(job, ABOUT, here);
  assert.deepEqual([...here.kept.keys()], ["sotto-private-names"]);
  assert.doesNotMatch(here.kept.get("sotto-private-names"), /Kestrel|abab/);
  assert.deepEqual(await nameOf(vault, "j1", here), ABOUT);
  assert.equal(await nameOf(vault, "j2", here), null);
});

test("what is another's, of another job, or no name at all is none", async () => {
  const here = storage();
  await keepName({ ...job, uid: "u2" }, ABOUT, here);
  assert.equal(await nameOf(vault, "j1", here), null);
  await keepName(job, ABOUT, here);
  const { j1 } = JSON.parse(here.kept.get("sotto-private-names"));
  here.setItem("sotto-private-names", JSON.stringify({ j2: j1 }));
  assert.equal(await nameOf(vault, "j2", here), null);
  here.setItem("sotto-private-names", "{rubbish");
  assert.equal(await nameOf(vault, "j1", here), null);
});

test("a name goes when it is forgotten, and the oldest go when there are many", async () => {
  const here = storage();
  for (let number = 0; number <= 200; number += 1) await keepName({ ...job, job: `j${number}x` }, { file_name: String(number) }, here);
  assert.deepEqual([await nameOf(vault, "j0x", here), await nameOf(vault, "j1x", here)], [null, { file_name: "1" }]);
  for (let number = 0; number <= 200; number += 1) forgetName(`j${number}x`, here);
  assert.equal(here.kept.size, 0);
});

test("where nothing may be kept, nothing is, and nothing breaks", async () => {
  const full = { getItem: () => null, setItem: () => { throw new Error("QuotaExceededError"); }, removeItem: () => {} };
  await keepName(job, ABOUT, full);
  assert.equal(await nameOf(vault, "j1", full), null);
  forgetName("j1", full);
});

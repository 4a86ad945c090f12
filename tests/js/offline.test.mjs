import assert from "node:assert/strict";
import test from "node:test";
import { bound, fromBase64url, padded, toBase64url } from "../../static/js/crypto/format.js";
import { sealTo } from "../../static/js/crypto/keys.js";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { collected } from "../../static/js/offline/collection.js";
import { Opened } from "../../static/js/offline/opened.js";
import { unzipped } from "../../static/js/offline/unzip.js";
import { say } from "../../static/js/offline/words.js";
import { sealedText } from "../../static/js/private/texts.js";
import { zipSync } from "../../static/vendor/fflate/browser.js";

const PASSPHRASE = "nine horses cross the ford";
const { ring } = await create("u1", PASSPHRASE, 600_000);
const vault = await unlock("u1", ring, PASSPHRASE);
const keyring = { uid: "u1", ring };
const documentOf = (...said) => ({ segments: said.map((text) => ({ text })), speakers: [] });
const file = (name, json) => new File([typeof json === "string" ? json : JSON.stringify(json)], name);
const words = (text) => new TextEncoder().encode(text);
const json = (value) => words(JSON.stringify(value));

async function transcript(id, title, said, version = 1) {
  const { key: dek, env: dekEnv } = await vault.newDek(id, 1);
  const about = { title, folder: "", tags: [], speakers: [], sha256: "", file_name: "" };
  const content = { schema: 1, document: documentOf(said), history: [], dek_epoch: 1 };
  const { ring_epoch: _, ...body } = await sealedText(vault, id, { version, dek, dekVersion: 1, dekEnv, content, about });
  return { format: "sotto-private-1", uid: "u1", id, created_at: `2026-11-2${id.slice(1)}T10:00:00Z`, duration: 5, ...body };
}

async function sealed(id, said) {
  const point = fromBase64url(ring.pk);
  const blob = await sealTo(point, padded(documentOf(said)), bound("sealed", "u1", id, "j1", point));
  return { format: "sotto-private-1", uid: "u1", id, version: 0, sealed: toBase64url(blob), public_key: ring.pk, job: "j1" };
}

async function opened(files) {
  const { keyring: kept, items } = await collected(files);
  return new Opened(vault, kept).load(items);
}

const ONE = await transcript("t1", "One", "Elephants, and elephants.");
const TWO = await transcript("t2", "Two", "An Élan of ELEPHANTS.", 3);
const manifest = async (listed) => ({ ...keyring, manifest: { epoch: 2, env: await vault.sealManifest(2, listed) } });

test("a ZIP is read file by file, deflated and stored, and nothing of it is believed", async () => {
  const zip = zipSync({ "a/long.json": [words("long ".repeat(9999)), { level: 9 }], "a/": new Uint8Array(), "b.txt": [words("ü"), { level: 0 }] });
  const entries = await unzipped(new Blob([zip]));
  assert.deepEqual(entries.map(({ name }) => name), ["a/long.json", "b.txt"]);
  const texts = await Promise.all(entries.map(async ({ bytes }) => new TextDecoder().decode(await bytes())));
  assert.deepEqual(texts, ["long ".repeat(9999), "ü"]);
  await assert.rejects(unzipped(new Blob([zip.slice(0, -30)])), { why: "broken" });
  await assert.rejects(unzipped(new Blob(["no ZIP at all"])), { why: "broken" });
  await assert.rejects(unzipped(new Blob([])), { why: "broken" });
});

test("what unfolds to more than it says is left", async () => {
  const zip = zipSync({ "x.json": words(" ".repeat(100_000)) });
  const directory = zip.findIndex((_, at) => new DataView(zip.buffer).getUint32(Math.min(at, zip.length - 4), true) === 0x02014b50);
  new DataView(zip.buffer).setUint32(directory + 24, 10, true);
  const [entry] = await unzipped(new Blob([zip]));
  await assert.rejects(entry.bytes(), { why: "broken" });
  new DataView(zip.buffer).setUint32(directory + 24, 2 ** 31, true);
  const [huge] = await unzipped(new Blob([zip]));
  await assert.rejects(huge.bytes(), { why: "unknown" });
});

test("an export is told by what is in its files, whatever they are called", async () => {
  const plain = { id: "t9", title: "Plain", document: documentOf("Anybody reads this.") };
  const zip = zipSync({ "K.json": json(keyring), "deep/er/1.json": json(ONE), "receipts/1.json": json({ id: "r1" }), "plain.json": json(plain), "READ-ME.txt": words("x") });
  const found = await collected([new File([zip], "export.ZIP"), file("again.json", keyring), file("two.json", TWO)]);
  assert.deepEqual([found.keyring, found.readable, found.problems], [{ ...keyring, manifest: null }, 1, []]);
  assert.deepEqual(found.items.map(({ id, version, name }) => [id, version, name]), [["t1", 1, "deep/er/1.json"], ["t2", 3, "two.json"]]);
});

test("the export of an account is one, too", async () => {
  const shape = ({ id, version, dek, document, about }) => ({ id, title: "", private: true, created_at: "2026-01-01", document: { version, dek, document, about } });
  const waiting = await sealed("t4", "Nobody has read this.");
  const left = { id: "t4", private: true, document: { sealed: waiting.sealed, public_key: waiting.public_key, job: waiting.job } };
  const { rows, problems } = await opened([file("keyring.json", keyring), file("00001-private.json", shape(ONE)), file("00002-private.json", left)]);
  assert.deepEqual([rows.map(({ title, isSealed }) => [title, isSealed]), problems], [[["One", false], ["Nobody has read this.", true]], []]);
});

test("files that are no use are named, each with what can be done", async () => {
  const other = structuredClone(keyring);
  other.ring.pk = "x";
  const found = await collected([file("k.json", keyring), file("other.json", other), file("half.json", '{"id": "t'), file("later.json", { format: "sotto-private-2", id: "t1" }), file("none.zip", "zip?")]);
  const told = found.problems.map(({ id, values }) => [id, values.name]);
  assert.deepEqual(told, [["zip_broken", "none.zip"], ["two_keyrings", "other.json"], ["file_broken", "half.json"], ["newer", "later.json"]]);
  assert.ok(found.problems.every(({ id, values }) => say(id, values).length > 40));
});

test("of the same transcript twice the newer counts, whichever came first", async () => {
  const old = await transcript("t2", "Two, before", "Old.", 2);
  for (const pair of [[old, TWO], [TWO, old]]) {
    const found = await collected([file("k.json", keyring), ...pair.map((one, at) => file(`${at}.json`, one))]);
    assert.deepEqual([found.items.map(({ version }) => version), found.problems.map(({ id }) => id)], [[3], ["twice"]]);
  }
});

test("titles are sorted by day, and every text can be searched", async () => {
  const shelf = await opened([file("k.json", keyring), file("1.json", ONE), file("2.json", TWO), file("3.json", await sealed("t3", "Nothing of them."))]);
  assert.deepEqual(shelf.rows.map(({ title }) => title), ["Two", "One", "Nothing of them."]);
  const hits = async (query) => (await shelf.search(query)).map(({ row, hits: count }) => [row.title, count]);
  assert.deepEqual([await hits("ELEPHANTS"), await hits("élan"), await hits("zebra")], [[["One", 2], ["Two", 1]], [["Two", 1]], []]);
  assert.equal(await new Opened(vault, keyring).load([]).then((empty) => empty.search("x")).then(({ length }) => length), 0);
});

test("what was changed, swapped or is another's is refused by name, and the rest opens", async () => {
  const swapped = { ...TWO, about: ONE.about };
  const renamed = { ...ONE, id: "t2" };
  const foreign = { ...TWO, uid: "u2" };
  for (const [bad, id] of [[swapped, "item_refused"], [renamed, "item_refused"], [foreign, "of_another"], [{ ...TWO, dek: null }, "item_refused"]]) {
    const { rows, problems } = await opened([file("k.json", keyring), file("1.json", ONE), file("bad.json", bad)]);
    assert.deepEqual([rows.map(({ title }) => title), problems.map((one) => [one.id, one.values.name])], [["One"], [[id, "bad.json"]]]);
  }
  const shelf = await opened([file("k.json", keyring), file("1.json", { ...ONE, document: TWO.document })]);
  await assert.rejects(shelf.read(shelf.rows[0]), { name: "Error" });
  assert.deepEqual(await shelf.search("elephants"), []);
});

test("the sealed list tells what is missing and what is older", async () => {
  const problems = async (listed, ...items) => (await opened([file("k.json", await manifest(listed)), ...items.map((one, at) => file(`${at}.json`, one))])).problems.map(({ id, values }) => [id, values]);
  assert.deepEqual(await problems({ t1: [1, 1], t2: [3, 1] }, ONE, TWO), []);
  assert.deepEqual(await problems({ t1: [1, 1] }, ONE, await sealed("t3", "Later.")), []);
  assert.deepEqual(await problems({ t1: [1, 1], t2: [3, 1], t3: [1, 1] }, ONE), [["missing", { count: 2 }]]);
  assert.deepEqual(await problems({ t1: [2, 1] }, ONE), [["older", { name: "0.json", title: "One" }]]);
  const forged = await manifest({});
  forged.manifest.epoch = 3;
  assert.deepEqual((await opened([file("k.json", forged), file("1.json", ONE)])).problems.map(({ id }) => id), ["manifest_refused"]);
});

test("sentences count", () => {
  assert.equal(say("found", { count: 1 }), "Found the locked keys and one private transcript.");
  assert.equal(say("found", { count: 2 }), "Found the locked keys and 2 private transcripts.");
  assert.equal(say("file_broken", { name: "{count}" }), "{count} is damaged and was left out. Take another copy of it.");
});

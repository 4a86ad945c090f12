import assert from "node:assert/strict";
import test from "node:test";
import { bound, fromBase64url, padded, Refused, toBase64url } from "../../static/js/crypto/format.js";
import { sealTo } from "../../static/js/crypto/keys.js";
import { create, unlock } from "../../static/js/crypto/vault.js";
import * as texts from "../../static/js/private/texts.js";

const PASSPHRASE = "nine horses cross the ford";
const { ring } = await create("u1", PASSPHRASE, 600_000);
const vault = await unlock("u1", ring, PASSPHRASE);
const rotated = await vault.rotated("ten horses cross the ford", [], 600_000);
const after = await unlock("u1", rotated.ring, "ten horses cross the ford");

const row = (text) => ({ id: text.slice(0, 3), text, start: 0, end: 1, speaker: "s1", words: [], confidence: null, edited: false, note: "" });
const DOCUMENT = { language: "en", segments: [row("It was a bright cold day"), row("in April and the clocks were striking thirteen.")], speakers: [{ id: "s1", name: "Winston" }], marks: [] };

async function heard(document = DOCUMENT, tid = "t1") {
  const point = fromBase64url(ring.pk);
  const info = bound("sealed", "u1", tid, "j1", point);
  return { sealed: toBase64url(await sealTo(point, padded(document), info)), public_key: ring.pk, job: "j1" };
}

test("what a worker sealed becomes version 1, under a key of its own", async () => {
  const { body, text } = await texts.firstSave(vault, "t1", await heard(), { file_name: "Chapter 1.final.mp3", sha256: "abc" });
  assert.deepEqual([Object.keys(body), body.version, body.dek.version, body.ring_epoch], [["version", "dek", "document", "about", "ring_epoch"], 1, 1, 1]);
  const about = { title: "Chapter 1.final", folder: "", tags: [], speakers: ["Winston"], sha256: "abc", file_name: "Chapter 1.final.mp3" };
  const opened = await texts.openedText(vault, "t1", body);
  assert.deepEqual(opened.content, { schema: 1, document: DOCUMENT, history: [], dek_epoch: 1 });
  assert.deepEqual(opened.about, about);
  assert.deepEqual({ ...opened, dek: null }, { ...text, dek: null });
  assert.deepEqual(await texts.openedAbout(vault, "t1", body), about);
  assert.deepEqual(await texts.openedMachine(vault, "t1", body), opened.content);
  await assert.rejects(texts.openedText(vault, "t2", body), Refused);
  await assert.rejects(texts.firstSave(vault, "t2", await heard()), Refused);
});

test("without a file's name the title is made of the first words", async () => {
  const { text } = await texts.firstSave(vault, "t1", await heard());
  assert.deepEqual([text.about.title, text.about.file_name], ["It was a bright cold day in April and the clocks were…", ""]);
  assert.equal(texts.firstWords({ segments: [] }), "");
  assert.equal(texts.firstWords({ segments: [row(" Short. ")] }), "Short.");
  assert.equal(texts.firstWords({ segments: [row("語".repeat(99))] }), `${"語".repeat(60)}…`);
});

test("a text without anything about it has no title", async () => {
  const { body } = await texts.firstSave(vault, "t1", await heard());
  const { about } = await texts.openedText(vault, "t1", { ...body, about: null });
  assert.deepEqual(about, { title: "", folder: "", tags: [], speakers: [], sha256: "", file_name: "" });
});

test("the next version is bound to its number, and names who speaks now", async () => {
  const { text } = await texts.firstSave(vault, "t1", await heard());
  const document = { ...DOCUMENT, speakers: [{ id: "s1", name: "Julia" }] };
  const next = { ...text, version: 2, content: { ...text.content, document }, about: { ...text.about, title: "Diary", tags: ["old"] } };
  const body = await texts.sealedText(vault, "t1", next);
  const opened = await texts.openedText(vault, "t1", body);
  assert.deepEqual(opened.about, { title: "Diary", folder: "", tags: ["old"], speakers: ["Julia"], sha256: "", file_name: "" });
  for (const version of [1, 3]) await assert.rejects(texts.openedText(vault, "t1", { ...body, version }), Refused);
});

test("after keys were rotated it gets a key of its own, and so does what the machine heard", async () => {
  const { body, text } = await texts.firstSave(vault, "t1", await heard());
  const { deks } = await vault.rotated("ten horses cross the ford", [{ tid: "t1", ...body.dek }], 600_000);
  assert.equal(deks.length, 1);
  assert.deepEqual([texts.isOfOldKeys(vault, text), texts.isOfOldKeys(after, text)], [false, true]);
  const anew = await texts.rekeyed(after, "t1", { ...text, version: 2 });
  const next = await texts.sealedText(after, "t1", anew, text.content);
  assert.deepEqual([next.dek.version, next.ring_epoch], [2, 2]);
  const opened = await texts.openedText(after, "t1", next);
  assert.deepEqual([opened.content.dek_epoch, texts.isOfOldKeys(after, opened)], [2, false]);
  const machine = { version: 1, dek: next.dek, document: next.machine };
  assert.deepEqual((await texts.openedMachine(after, "t1", machine)).document, DOCUMENT);
  await assert.rejects(texts.openedMachine(after, "t1", { ...machine, document: body.document }), Refused);
});

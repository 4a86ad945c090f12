import assert from "node:assert/strict";
import test from "node:test";
import { bound, fromBase64url, padded, toBase64url } from "../../static/js/crypto/format.js";
import { sealTo } from "../../static/js/crypto/keys.js";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { StoreFailed } from "../../static/js/editor/store.js";
import { Pins } from "../../static/js/private/pins.js";
import { Remote } from "../../static/js/private/remote.js";
import { Shelf } from "../../static/js/private/shelf.js";
import { PrivateStore } from "../../static/js/private/store.js";
import { sealing } from "../../static/js/private/unsaved.js";

globalThis.document = { documentElement: { dataset: { csrfCookie: "token" } }, cookie: "token=ours" };
globalThis.localStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

const PASSPHRASE = "nine horses cross the ford";
const { ring } = await create("u1", PASSPHRASE, 600_000);
const vault = await unlock("u1", ring, PASSPHRASE);
const later = await vault.rotated("ten horses cross the ford", [], 600_000);
const rotated = await unlock("u1", later.ring, "ten horses cross the ford");

const row = (id, text) => ({ id, text, start: 0, end: 1, speaker: "s1", words: [], confidence: null, edited: false, note: "" });
const DOCUMENT = { model: "some", language: "en", segments: [row("a", "One."), row("b", "Two.")], speakers: [{ id: "s1", name: "Ann" }], marks: [] };
const say = (segment, text) => ({ op: "text", segment, text });

/** As the server behaves toward one transcript: it keeps what it is given, upon the version that is there. */
async function server() {
  const point = fromBase64url(ring.pk);
  const sealed = await sealTo(point, padded(DOCUMENT), bound("sealed", "u1", "t1", "j1", point));
  const it = { kept: { sealed: toBase64url(sealed), public_key: ring.pk, job: "j1" }, first: null, manifest: null, ring: ring.epoch, puts: 0, trouble: null };
  const answer = (status, body) => new Response(JSON.stringify(body), { status });
  const listed = () => {
    const { dek, about, version = 0, public_key, job } = it.kept;
    return { id: "t1", version, is_sealed: !dek, ...(dek ? { dek, about } : { public_key, job }), language: "en", duration: 1 };
  };
  const answers = {
    "GET /v1/private": () => answer(200, { uid: "u1", epoch: it.ring, manifest: it.manifest, results: it.kept ? [listed()] : [], next: null }),
    "PUT /v1/private/manifest": (sent) => {
      if (sent.epoch !== (it.manifest?.epoch ?? 0) + 1) return answer(409, { code: "conflict" });
      it.manifest = sent;
      return answer(200, {});
    },
    "GET /v1/transcripts/t1/document": () => (it.kept ? answer(200, it.kept) : answer(404, { code: "not_found" })),
    "GET /v1/transcripts/t1/document?version=1": () => answer(200, it.first),
    "PUT /v1/transcripts/t1/document": (sent, headers) => {
      it.puts += 1;
      if (it.trouble === "before") throw new TypeError("no line");
      const now = it.kept.version ?? 0;
      if (sent.ring_epoch < it.ring) return answer(409, { code: "conflict", errors: { ring_epoch: "They were rotated." } });
      if (headers["If-None-Match"] && now) return answer(412, { code: "already_saved", current_version: now });
      if (!headers["If-None-Match"] && headers["If-Match"] !== `"${now}"`) return answer(409, { code: "conflict", current_version: now });
      it.kept = sent;
      if (sent.version === 1) it.first = { version: 1, dek: sent.dek, document: sent.document };
      if (sent.machine) it.first = { version: 1, dek: sent.dek, document: sent.machine };
      if (it.trouble === "after") throw new TypeError("no line");
      return answer(200, listed());
    },
  };
  it.ask = async (address, { method, body, headers }) => answers[`${method} ${address.replace("?limit=1", "")}`](body && JSON.parse(body), headers);
  it.store = async (keys = vault) => {
    const remote = new Remote(it.ask);
    const kept = new Map();
    const pins = new Pins("u1", { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) });
    const shelf = new Shelf({ vault: keys, remote, pins });
    await shelf.load();
    return Object.assign(new PrivateStore({ tid: "t1", vault: keys, remote, shelf }), { shelf });
  };
  return it;
}

const textsOf = ({ document }) => document.segments.map(({ text }) => text);
const failure = (status, code) => (failed) => failed instanceof StoreFailed && failed.status === status && (!code || failed.problem.code === code);

test("E10 of two tabs that open what a worker sealed one saves it, and the other reads that", async () => {
  const there = await server();
  const [one, other] = [await there.store(), await there.store()];
  const [first, second] = await Promise.all([one.load(), other.load()]);
  assert.deepEqual([first, second], [{ document: DOCUMENT, version: 1 }, { document: DOCUMENT, version: 1 }]);
  assert.equal(there.kept.version, 1);
  assert.equal("sealed" in there.kept, false);
  await one.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] });
  await other.save({ base: 1, batch: "batch-two", operations: [say("b", "Due.")] });
  assert.deepEqual(textsOf(await (await there.store()).load()), ["Uno.", "Due."]);
});

test("what others did meanwhile is told, and what both touched is asked about", async () => {
  const there = await server();
  const [one, other] = [await there.store(), await there.store()];
  await Promise.all([one.load(), other.load()]);
  const third = await there.store();
  assert.deepEqual(await one.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] }), { version: 2, others: [] });
  const { version, others } = await other.save({ base: 1, batch: "batch-two", operations: [say("b", "Due.")] });
  assert.deepEqual([version, others.map(({ number, operations }) => [number, operations])], [3, [[2, [say("a", "Uno.")]]]]);
  await assert.rejects(third.save({ base: 1, batch: "batch-333", operations: [say("a", "Eins.")] }), (failed) => {
    assert.deepEqual(failed.problem, { code: "conflict", current_version: 3, conflicts: [{ segment: "a", yours: "Eins.", theirs: "Uno." }] });
    return failure(409)(failed);
  });
  assert.deepEqual(textsOf(await third.load()), ["Uno.", "Due."]);
  await third.label({ title: "Numbers", tags: ["x"] });
  assert.deepEqual([third.shelf.row("t1").title, third.shelf.row("t1").version, third.about.tags], ["Numbers", 4, ["x"]]);
  await third.shelf.relabel("t1", () => ({ title: "Count" }));
  assert.deepEqual(await one.save({ base: 2, batch: "batch-444", operations: [say("b", "Zwei.")] }).catch(({ status }) => status), 409);
});

test("an answer that was lost makes no conflict and counts once", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  const change = { base: 1, batch: "batch-one", operations: [say("a", "Uno.")] };
  for (const trouble of ["before", "after"]) {
    there.trouble = trouble;
    await assert.rejects(store.save(change), failure(0));
  }
  there.trouble = null;
  assert.deepEqual(await store.save(change), { version: 2, others: [] });
  assert.deepEqual(await store.save(change), { version: 2, others: [] });
  assert.deepEqual([there.kept.version, store.number], [2, 2]);
  assert.deepEqual(await (await there.store()).save(change), { version: 2, others: [] }, "from another tab, too");
});

test("versions, bringing back, and what the machine heard", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  await store.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] });
  await store.save({ base: 2, batch: "batch-two", operations: [say("b", "Due.")] });
  await store.label({ title: "Numbers" });
  await store.restore(1, 4);
  await store.restore(3, 5);
  assert.deepEqual(textsOf(await store.load()), ["Uno.", "Due."]);
  const { results, current, next, isCut } = await store.versions();
  assert.deepEqual(results.map(({ number, kinds, restores }) => [number, kinds, restores]), [[6, { put: 2 }, 3], [5, { put: 2 }, 1], [3, { text: 1 }, null], [2, { text: 1 }, null]]);
  assert.deepEqual([current, next, isCut], [6, null, false]);
  for (const [number, texts] of [[1, ["One.", "Two."]], [2, ["Uno.", "Two."]], [4, ["Uno.", "Due."]], [5, ["One.", "Two."]]]) assert.deepEqual(textsOf(await store.version(number)), texts);
  assert.deepEqual([await store.machine(), (await store.version(1)).heard], [DOCUMENT, DOCUMENT]);
  await assert.rejects(store.version(7), failure(404));
  assert.deepEqual(await store.restore(6, 6), { version: 6, others: [] });
});

test("a history that is too long ends, and the way to what the machine heard does not", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  const long = "word ".repeat(60_000);
  for (let base = 1; base < 6; base += 1) await store.save({ base, batch: `batch-${base}00`, operations: [say("a", long + base)] });
  const { results, isCut } = await store.versions();
  assert.deepEqual([results.map(({ number }) => number), isCut], [[6], true]);
  await assert.rejects(store.version(3), failure(404));
  assert.deepEqual((await store.version(1)).document, DOCUMENT);
  await store.restore(1, 6);
  assert.deepEqual(textsOf(await store.load()), ["One.", "Two."]);
});

test("after a rotation the next save has a key of its own, and a page with the keys before saves nothing more", async () => {
  const there = await server();
  const [before, idle] = [await there.store(), await there.store()];
  const told = [];
  for (const [name, one] of Object.entries({ before, idle })) one.addEventListener("overtaken", () => told.push(name));
  await before.load();
  const entries = { t1: [1, 1] };
  const { deks } = await vault.rotated("ten horses cross the ford", [{ tid: "t1", ...there.kept.dek }], 600_000);
  assert.equal(deks.length, 1);
  there.kept = { ...there.kept, dek: { version: 1, env: (await rotated.newDek("t1", 1)).env } }; // as the other page has wrapped it
  there.manifest = { epoch: there.manifest.epoch + 1, env: await rotated.sealManifest(there.manifest.epoch + 1, entries) };
  there.ring = rotated.ring.epoch;
  await assert.rejects(before.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] }), failure(401));
  await assert.rejects(idle.load(), failure(401));
  assert.deepEqual([told, await before.whereabouts(), await idle.whereabouts()], [["before", "idle"], "locked", "locked"]);
  const puts = there.puts;
  await assert.rejects(before.label({ title: "x" }), failure(401));
  assert.deepEqual([there.puts, there.kept.version], [puts, 1]);
});

test("keys of an earlier age are left at the next save, with what the machine heard", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  const aged = { ring: { ...vault.ring, epoch: 2 } }; // as after a rotation that wrapped the same key anew
  const same = new Proxy(vault, { get: (target, name) => aged[name] ?? target[name] });
  const next = await there.store(same);
  await next.load();
  await next.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] });
  assert.deepEqual([there.kept.dek.version, there.first.dek.version], [2, 2]);
  await next.save({ base: 2, batch: "batch-two", operations: [say("a", "Eins.")] });
  assert.equal(there.kept.dek.version, 2);
  const fresh = await there.store(same);
  assert.deepEqual(textsOf(await fresh.load()), ["Eins.", "Two."]);
  assert.deepEqual(await fresh.machine(), DOCUMENT);
});

test("P13 what is not what was left there is refused, and nothing more is sent", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  const old = there.kept;
  await store.save({ base: 1, batch: "batch-one", operations: [say("a", "Uno.")] });
  const now = there.kept;
  const attempts = { old, "other number": { ...now, version: 3 }, swapped: { ...now, about: now.document } };
  for (const [what, offered] of Object.entries(attempts)) {
    there.kept = now;
    const victim = await there.store();
    await victim.load();
    const said = [];
    victim.shelf.addEventListener("tampered", () => said.push("tampered"));
    there.kept = offered;
    await assert.rejects(victim.load(), failure(422, "tampered"), what);
    assert.deepEqual(said, ["tampered"], what);
    const puts = there.puts;
    await assert.rejects(victim.save({ base: 2, batch: "batch-two", operations: [say("a", "Eins.")] }), failure(401));
    assert.equal(there.puts, puts, what);
  }
});

test("where it is: there, deleted, or nobody knows", async () => {
  const there = await server();
  const store = await there.store();
  await store.load();
  assert.equal(await store.whereabouts(), "here");
  there.kept = null;
  assert.equal(await store.whereabouts(), "gone");
});

test("unsaved edits are kept sealed, and come home after a rotation too", async () => {
  const edit = { base: 3, operations: [say("a", "secret canary")] };
  const kept = await sealing(vault, "t1", "tab1").seal(edit);
  assert.equal(Buffer.from(kept.sealed).includes("canary"), false);
  assert.deepEqual(await sealing(vault, "t1", "tab1").open(kept), edit);
  for (const [tid, tab] of [["t2", "tab1"], ["t1", "tab2"]]) assert.equal(await sealing(vault, tid, tab).open(kept), null);
  const wrapped = await vault.rotated("ten horses cross the ford", [], 600_000);
  const after = await unlock("u1", wrapped.ring, "ten horses cross the ford");
  assert.deepEqual(await sealing(after, "t1", "tab1").open(kept), edit);
});

import assert from "node:assert/strict";
import test from "node:test";
import { bound, fromBase64url, padded, toBase64url } from "../../static/js/crypto/format.js";
import { sealTo } from "../../static/js/crypto/keys.js";
import { Tampered, create, unlock } from "../../static/js/crypto/vault.js";
import { Pins } from "../../static/js/private/pins.js";
import { Overtaken } from "../../static/js/private/ledger.js";
import { RemoteFailed } from "../../static/js/private/remote.js";
import { ACCEPTABLE, Shelf } from "../../static/js/private/shelf.js";
import { firstSave, sealedText } from "../../static/js/private/texts.js";

const [UID, WORDS, FEW] = ["u1", "nine horses cross the ford", 600_000];
const { ring } = await create(UID, WORDS, FEW);
const vault = await unlock(UID, ring, WORDS);
const other = await unlock(UID, (await create(UID, WORDS, FEW)).ring, WORDS);
globalThis.localStorage = storage();

function storage(kept = new Map()) {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), kept };
}

const document = (text) => ({ language: "en", duration: 2, model: "m", speakers: [{ id: "s1", name: "Ada" }], marks: [], segments: [{ id: "g1", start: 0, end: 2, text, speaker: "s1", words: [], confidence: null, edited: false, note: "" }] });

async function sealed(tid, text) {
  const point = fromBase64url(ring.pk);
  const blob = await sealTo(point, padded(document(text)), bound("sealed", UID, tid, `j${tid}`, point));
  return { sealed: toBase64url(blob), public_key: ring.pk, job: `j${tid}` };
}

/** A server that does what ours does, and counts what it is sent. `now` changes what it answers. */
class Server {
  texts = new Map(); blobs = new Map(); manifestKept = null; sent = []; epoch = ring.epoch;
  now = (answer) => answer;

  async heard(tid, text = `Words of ${tid}`) {
    this.blobs.set(tid, await sealed(tid, text));
  }

  row(id) {
    const about = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", duration: 2, language: "en", model: "m", favourite: false };
    const kept = this.texts.get(id);
    if (kept) return { id, ...about, is_sealed: false, version: kept.version, dek: kept.dek, about: kept.about };
    const { public_key, job } = this.blobs.get(id);
    return { id, ...about, is_sealed: true, version: 0, public_key, job };
  }

  list = async () => this.now({ uid: UID, epoch: this.epoch, manifest: this.manifestKept, results: [...this.texts.keys(), ...this.blobs.keys()].map((id) => this.row(id)) }, "list");
  manifest = async () => this.now(this.manifestKept, "manifest");

  document = async (id) => {
    const { dek, version, document: text, about } = this.texts.get(id) ?? {};
    return this.now(dek ? { version, dek, document: text, about } : this.blobs.get(id), "document");
  };

  put = async (id, body, { first, base }) => {
    this.sent.push(["put", id, body.version]);
    const there = this.texts.get(id);
    if (first ? there : there?.version !== base) throw new RemoteFailed(first ? 412 : 409, { current_version: there?.version });
    this.texts.set(id, body);
    this.blobs.delete(id);
  };

  putManifest = async ({ epoch, env }) => {
    this.sent.push(["manifest", epoch]);
    const before = this.manifestKept?.epoch;
    if (before && epoch !== before + 1) throw new RemoteFailed(409, { current_version: before });
    this.manifestKept = { epoch, env };
  };

  remove = async (id) => {
    this.sent.push(["remove", id]);
    if (!this.texts.delete(id) && !this.blobs.delete(id)) throw new RemoteFailed(404);
  };

  favourite = async (id, yes) => this.sent.push(["favourite", id, yes]);
}

async function begun(...ids) {
  const server = new Server();
  for (const id of ids) await server.heard(id);
  const world = { server, kept: storage() };
  const shelf = shelfOf(world);
  await shelf.load();
  await shelf.adoptAll();
  return { ...world, shelf };
}

const shelfOf = ({ server, kept }) => new Shelf({ vault, remote: server, pins: new Pins(UID, kept) });
const manifestOf = async ({ manifestKept: { epoch, env } }) => vault.openManifest(epoch, env);
const titles = ({ rows }) => rows.map(({ title }) => title).sort();
const what = (expected) => (failed) => failed instanceof Tampered && failed.what === expected;

test("what workers sealed is saved, listed by its own words and put on the manifest", async () => {
  const { server, shelf, kept } = await begun("t1", "t2");
  assert.deepEqual(titles(shelf), ["Words of t1", "Words of t2"]);
  assert.deepEqual([shelf.waiting, server.blobs.size], [[], 0]);
  assert.deepEqual(await manifestOf(server), { t1: [1, 1], t2: [1, 1] });
  assert.equal((await shelf.text("t1")).content.document.segments[0].text, "Words of t1");
  const again = shelfOf({ server, kept });
  await again.load();
  assert.deepEqual([titles(again), again.row("t1").speakers], [["Words of t1", "Words of t2"], ["Ada"]]);
  assert.deepEqual([...kept.kept], [["sotto-manifest-u1", `${server.manifestKept.epoch} ${ring.pk}`]]);
});

test("saving, labelling and deleting are on the manifest, which goes first when something is deleted", async () => {
  const { server, shelf } = await begun("t1", "t2");
  await shelf.relabel("t1", () => ({ title: "New", tags: ["a"], folder: "F" }));
  assert.deepEqual([shelf.row("t1").title, shelf.row("t1").tags, shelf.row("t1").folder], ["New", ["a"], "F"]);
  assert.deepEqual(await manifestOf(server), { t1: [2, 1], t2: [1, 1] });
  server.sent = [];
  await shelf.remove(["t1"]);
  assert.deepEqual(server.sent.map(([act]) => act), ["manifest", "remove"]);
  assert.deepEqual([titles(shelf), await manifestOf(server)], [["Words of t2"], { t2: [1, 1] }]);
  await shelf.favourite("t2", true);
  assert.equal(shelf.row("t2").favourite, true);
});

test("of two pages that write at once neither loses what the other did", async () => {
  const { server, shelf, kept } = await begun("t1", "t2", "t3");
  const page = shelfOf({ server, kept });
  await page.load();
  await shelf.relabel("t1", () => ({ title: "One" }));
  await page.relabel("t2", () => ({ title: "Two" }));
  await shelf.remove(["t3"]);
  await page.relabel("t1", () => ({ title: "Later" }));
  assert.deepEqual(await manifestOf(server), { t1: [3, 1], t2: [2, 1] });
  await page.load();
  assert.deepEqual(titles(page), ["Later", "Two"]);
  await Promise.all([shelf.load(), page.load(), shelf.relabel("t1", () => ({ title: "Last" }))]);
  assert.deepEqual(await manifestOf(server), { t1: [4, 1], t2: [2, 1] });
});

test("of two pages that open one sealed result the second takes what the first saved", async () => {
  const server = new Server();
  await server.heard("t1");
  const pages = [shelfOf({ server, kept: storage() }), shelfOf({ server, kept: storage() })];
  await Promise.all(pages.map((page) => page.load()));
  await Promise.all(pages.map((page) => page.adoptAll()));
  assert.deepEqual(pages.map(titles), [["Words of t1"], ["Words of t1"]]);
  assert.deepEqual(await manifestOf(server), { t1: [1, 1] });
});

test("what is newer than the manifest knows is taken, and put on it", async () => {
  const { server, shelf, kept } = await begun("t1");
  const before = server.manifestKept;
  await shelf.relabel("t1", () => ({ title: "Newer" }));
  server.manifestKept = before;
  const again = shelfOf({ server, kept: storage() });
  await again.load();
  assert.deepEqual([titles(again), await manifestOf(server)], [["Newer"], { t1: [2, 1] }]);
  await assert.rejects(shelfOf({ server: Object.assign(server, { manifestKept: before }), kept }).load(), what("manifest_old"));
});

/** What a server may do, by what the client calls it. Each is shown to a page that has been here before. */
const HOSTILE = {
  "something is dropped": ["missing", ({ texts }) => texts.delete("t1")],
  "all is dropped": ["missing", ({ texts }) => texts.clear()],
  "a document as it was": ["rollback", ({ texts }, { first }) => texts.set("t1", first.text)],
  "everything as it was, with its manifest": ["manifest_old", (server, { first }) => { server.texts.set("t1", first.text); server.manifestKept = first.manifest; }],
  "no manifest": ["manifest_old", (server) => { server.manifestKept = null; }],
  "a manifest that others wrote": ["manifest", async (server) => { server.manifestKept = { epoch: 99, env: await other.sealManifest(99, {}) }; }],
  "an old manifest with a new number": ["manifest", (server, { first }) => { server.manifestKept = { ...first.manifest, epoch: 99 }; }],
  "two that changed places": ["texts", ({ texts }) => { const [one, two] = [texts.get("t1"), texts.get("t2")]; texts.set("t1", { ...two, version: 2 }); texts.set("t2", one); }],
  "the title of another": ["texts", ({ texts }) => texts.set("t1", { ...texts.get("t1"), version: 3, about: texts.get("t2").about })],
  "no title, and an old text": ["texts", ({ texts }, { first }) => texts.set("t1", { ...first.text, version: 2, about: null })],
  "a number that is too high": ["texts", ({ texts }) => { texts.get("t1").version = 9; }],
  "no key": ["rollback", ({ texts }) => { texts.get("t1").dek = null; }],
  "one twice": ["twice", (server) => { server.now = (answer, kind) => (kind === "list" ? { ...answer, results: [...answer.results, answer.results[0]] } : answer); }],
  "saved, as if it had not been": ["rollback", async (server) => { server.texts.delete("t1"); await server.heard("t1"); }],
};

for (const [name, [expected, deed]] of Object.entries(HOSTILE)) {
  test(`P13: a server offers ${name}: it is refused, and nothing is sent after that`, async () => {
    const { server, shelf, kept } = await begun("t1", "t2");
    const first = { text: structuredClone(server.texts.get("t1")), manifest: server.manifestKept };
    await shelf.relabel("t1", () => ({ title: "Later" }));
    await deed(server, { first });
    const pages = [shelfOf({ server, kept }), shelf].slice(0, name === "no title, and an old text" ? 1 : 2); // who has read the title needs none
    for (const page of pages) {
      const told = [];
      for (const event of ["changed", "tampered", "overtaken"]) page.addEventListener(event, () => told.push(event));
      server.sent = [];
      await assert.rejects(page.load(), what(expected));
      await assert.rejects(page.load(), what(expected));
      await assert.rejects(page.text("t2"), what(expected));
      await assert.rejects(page.remove(["t2"]), what(expected));
      await assert.rejects(page.saved("t2", 2, 1, {}), what(expected));
      await assert.rejects(page.favourite("t2", true), what(expected));
      assert.throws(() => page.adopt("t2"), what(expected));
      if (!ACCEPTABLE.includes(expected)) await assert.rejects(page.accept(), what(expected));
      assert.deepEqual([server.sent, told], [[], ["tampered"]]);
    }
  });
}

test("P13: an old text behind a right list is refused when it is opened", async () => {
  const { server, shelf } = await begun("t1");
  const first = structuredClone(server.texts.get("t1"));
  await shelf.relabel("t1", () => ({ title: "Later" }));
  server.texts.set("t1", first);
  await assert.rejects(shelf.text("t1"), what("rollback"));
  assert.deepEqual(shelf.suspects, ["t1"]);
});

test("a device that is here for the first time cannot tell an old state of everything from the newest", async () => {
  const { server, shelf } = await begun("t1");
  const first = { text: structuredClone(server.texts.get("t1")), manifest: server.manifestKept };
  await shelf.relabel("t1", () => ({ title: "Later" }));
  server.texts.set("t1", first.text);
  server.manifestKept = first.manifest;
  const elsewhere = shelfOf({ server, kept: storage() });
  await elsewhere.load();
  assert.deepEqual(titles(elsewhere), ["Words of t1"]);
});

test("its owner may know why: what is gone is taken off, what is older is taken as it is", async () => {
  for (const name of ["something is dropped", "a document as it was", "everything as it was, with its manifest", "no manifest", "the title of another"]) {
    const { server, shelf, kept } = await begun("t1", "t2");
    const first = { text: structuredClone(server.texts.get("t1")), manifest: server.manifestKept };
    await shelf.relabel("t1", () => ({ title: "Later" }));
    await HOSTILE[name][1](server, { first });
    const page = shelfOf({ server, kept });
    await assert.rejects(page.load());
    await page.accept();
    const after = shelfOf({ server, kept });
    if (name !== "the title of another") await after.load();
    assert.deepEqual(page.suspects, []);
    const [there, versions] = [titles(page), await manifestOf(server)];
    assert.deepEqual([there, versions.t1 ?? null], {
      "something is dropped": [["Words of t2"], null],
      "a document as it was": [["Words of t1", "Words of t2"], [1, 1]],
      "everything as it was, with its manifest": [["Words of t1", "Words of t2"], [1, 1]],
      "no manifest": [["Later", "Words of t2"], [2, 1]],
      "the title of another": [["Words of t2"], [2, 1]],
    }[name], name);
    assert.equal(page.waiting.some(({ isRefused }) => isRefused), name === "the title of another");
  }
});

test("what a worker sealed for another is shown as refused, and never saved", async () => {
  const server = new Server();
  for (const id of ["t1", "t2"]) await server.heard(id);
  server.blobs.set("t1", server.blobs.get("t2"));
  const shelf = shelfOf({ server, kept: storage() });
  await shelf.load();
  await shelf.adoptAll();
  assert.deepEqual(shelf.waiting.map(({ id, isRefused }) => [id, isRefused]), [["t1", true]]);
  assert.deepEqual(server.sent.filter(([act]) => act === "put"), [["put", "t2", 1]]);
  await shelf.load();
  assert.deepEqual(shelf.waiting.map(({ isRefused }) => isRefused), [true]);
});

test("an answer that lies between two acts of another page is no alarm", async () => {
  const { server, shelf, kept } = await begun("t1", "t2");
  const page = shelfOf({ server, kept });
  await page.load();
  const asked = [];
  server.now = (answer, kind) => {
    asked.push(kind);
    return kind === "list" && asked.length === 1 ? { ...answer, results: answer.results.slice(1) } : answer;
  };
  await page.load();
  assert.deepEqual([titles(page).length, asked], [2, ["list", "list"]]);
  await shelf.load();
});

test("keys that were rotated in another page end this one", async () => {
  const { server, shelf } = await begun("t1");
  Object.assign(server, { epoch: ring.epoch + 1, manifestKept: { epoch: 9, env: await other.sealManifest(9, { t1: [1, 1] }) } });
  server.sent = [];
  await assert.rejects(shelf.load(), Overtaken);
  await assert.rejects(shelf.remove(["t1"]), Overtaken);
  assert.deepEqual(server.sent, []);
});

test("a ring that was begun anew has no manifest to miss, one that was rotated has", async () => {
  const { server, kept } = await begun("t1");
  const pins = new Pins(UID, kept);
  const epoch = pins.manifestOf(ring);
  assert.deepEqual([epoch > 0, epoch], [true, server.manifestKept.epoch]);
  assert.equal(pins.manifestOf({ pk: "new", pairs: [{ pk: "new" }] }), 0);
  assert.equal(pins.manifestOf({ pk: "new", pairs: [{ pk: "new" }, { pk: ring.pk }] }), epoch);
  assert.equal(pins.afterManifest(), epoch + 1);
  for (const rubbish of ["", "x", "9", `9 ${"!".repeat(87)}`]) {
    kept.kept.set("sotto-manifest-u1", rubbish);
    assert.equal(pins.manifestOf(ring), 0);
  }
});

test("when it is closed nothing of it is left, and nothing is done", async () => {
  const { server, shelf } = await begun("t1");
  server.sent = [];
  shelf.close();
  assert.deepEqual([shelf.rows, shelf.waiting, shelf.row("t1")], [[], [], undefined]);
  await assert.rejects(shelf.load(), Overtaken);
  assert.deepEqual(server.sent, []);
});

test("a save that fails on its way leaves the manifest for the next one", async () => {
  const { server, shelf } = await begun("t1");
  const { putManifest } = server;
  server.putManifest = async () => { throw new RemoteFailed(0); };
  await assert.rejects(shelf.relabel("t1", () => ({ title: "Kept" })), RemoteFailed);
  server.putManifest = putManifest;
  await shelf.load();
  assert.deepEqual([titles(shelf), await manifestOf(server)], [["Kept"], { t1: [2, 1] }]);
  const made = await firstSave(vault, "t9", await sealed("t9", "x"));
  assert.equal((await sealedText(vault, "t9", made.text)).version, 1);
});

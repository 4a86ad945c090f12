import assert from "node:assert/strict";
import test from "node:test";
import { random } from "../../static/js/crypto/format.js";
import { CODE_BYTES, ITERATIONS } from "../../static/js/crypto/keys.js";
import { create, unlock, withSecret } from "../../static/js/crypto/vault.js";
import { measured } from "../../static/js/private/measure.js";
import { proven } from "../../static/js/private/prove.js";
import { anotherSecret, newKeys, opens, rotate, startOver } from "../../static/js/private/rekey.js";
import { Remote } from "../../static/js/private/remote.js";
import { Session } from "../../static/js/private/session.js";
import { Shelf } from "../../static/js/private/shelf.js";

const [UID, WORDS, OTHER, FEW] = ["u1", "nine horses cross the ford", "five wet dogs and a cat", 600_000];
const first = await create(UID, WORDS, FEW);
globalThis.document = { documentElement: { dataset: { csrfCookie: "token" } }, cookie: "token=t" };
globalThis.localStorage = storage();

function storage(kept = new Map()) {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), kept };
}

/** A server of one person. `refuses` answers in its place. */
class Server {
  ring = first.ring; rows = []; manifest = null; asked = []; refuses = () => null;

  ask = async (address, { method, headers = {}, body }) => {
    this.asked.push(`${method} ${address}`);
    const sent = body && JSON.parse(body);
    const refused = this.refuses(method, address);
    if (refused) return new Response(JSON.stringify(refused[1]), { status: refused[0] });
    if (method === "GET" && address === "/v1/private") return Response.json({ uid: UID, epoch: this.ring.epoch, manifest: this.manifest, results: this.rows, next: null });
    if (method !== "GET" && headers["If-Match"] && headers["If-Match"] !== `"${this.ring.epoch}"`) return Response.json({ code: "conflict", current_version: this.ring.epoch }, { status: 409 });
    if (method === "DELETE") {
      [this.ring, this.rows] = [null, []];
      return new Response(null, { status: 204 });
    }
    if (address.endsWith("/rotation")) {
      this.manifest = sent.manifest;
      this.rows = this.rows.map((row) => ({ ...row, dek: sent.deks.find(({ id }) => id === row.id) }));
    }
    if (method === "PUT") this.ring = sent.ring ?? sent;
    return Response.json({ uid: UID, ring: this.ring });
  };

  /** One that was saved. */
  async has(vault, id) {
    const { key, env } = await vault.newDek(id, 2);
    const about = await vault.sealAbout(key, id, 4, { title: `Title of ${id}`, folder: "", tags: [], speakers: [], sha256: "", file_name: "" });
    this.rows.push({ id, version: 4, is_sealed: false, dek: { version: 2, env }, about, created_at: "", updated_at: "", duration: 1, language: "en", model: "m", favourite: false });
    this.manifest = { epoch: (this.manifest?.epoch ?? 0) + 1, env: await vault.sealManifest((this.manifest?.epoch ?? 0) + 1, Object.fromEntries(this.rows.map((row) => [row.id, [4, 2]]))) };
  }
}

async function unlocked(secret = WORDS) {
  const [server, kept] = [new Server(), storage()];
  const session = new Session(UID, { page: new EventTarget(), storage: kept, line: { postMessage() {} }, clock: { now: () => 0, later: () => 0, never() {} } });
  assert.equal(await session.unlock(server.ring, secret), null);
  const remote = new Remote(server.ask);
  return { server, session, remote, kept, shelf: new Shelf({ vault: session.vault, remote, pins: session.pins }) };
}

test("another passphrase takes the place of the one before, by that one or by the code, and this page goes on with it", async () => {
  for (const secret of [WORDS, first.code]) {
    const { server, session } = await unlocked();
    assert.equal(await anotherSecret(session, secret, OTHER, server.ask), null);
    assert.deepEqual(server.ring.slots.map(({ type, iter }) => [type, iter]), [["pass", ITERATIONS.usual], ["code", undefined]]);
    assert.deepEqual([session.vault.ring.epoch, session.pins.highest, session.pins.publicKey], [2, 2, server.ring.pk]);
    assert.deepEqual([await opens(session, OTHER, server.ask), await opens(session, first.code, server.ask), await opens(session, WORDS, server.ask)], [null, null, "passphrase_wrong"]);
    assert.deepEqual([...new Set(server.asked)], ["GET /v1/keyring", "PUT /v1/keyring"]);
  }
});

test("another code likewise", async () => {
  const { server, session } = await unlocked();
  const fresh = random(CODE_BYTES);
  assert.equal(await anotherSecret(session, WORDS, fresh, server.ask), null);
  assert.deepEqual([await opens(session, fresh, server.ask), await opens(session, first.code, server.ask), await opens(session, WORDS, server.ask)], [null, "code_wrong", null]);
});

test("each refusal has its sentence, and changes nothing here", async () => {
  const { server, session, kept } = await unlocked();
  const before = [...kept.kept];
  const answers = [
    [() => null, "wrong words", "passphrase_wrong"],
    [() => [401, { code: "unauthenticated" }], WORDS, "login"],
    [(method) => method === "PUT" && [403, { code: "reauthentication_required" }], WORDS, "reauthenticate"],
    [(method) => method === "PUT" && [409, { code: "conflict", current_version: 7 }], WORDS, "reload"],
    [(method) => method === "PUT" && [503, {}], WORDS, "later"],
    [() => [200, { uid: "u2", ring: first.ring }], WORDS, "reload"],
    [() => [200, { uid: UID, ring: null }], WORDS, "reload"],
    [() => [200, { uid: UID, ring: { ...first.ring, pk: random(3).toString() } }], WORDS, "tampered_key"],
  ];
  for (const [refuses, secret, sentence] of answers) {
    server.refuses = refuses;
    assert.equal(await anotherSecret(session, secret, OTHER, server.ask), sentence);
  }
  assert.deepEqual([server.ring, [...kept.kept], session.vault.ring.epoch], [first.ring, before, 1]);
});

test("new keys open every text and every waiting result, and the old ones nothing more", async () => {
  const { server, session, remote, shelf } = await unlocked();
  const old = session.vault;
  for (const id of ["t1", "t2"]) await server.has(old, id);
  const changed = await withSecret(UID, server.ring, WORDS, WORDS, { iter: FEW });
  server.ring = changed; // by another tab: this page's vault is of the ring before
  const { made, reason } = await newKeys(session, shelf, WORDS, OTHER, server.ask);
  assert.deepEqual([reason, server.ring, server.rows.length, made.before], [undefined, changed, 2, 2]);
  assert.equal(await rotate(session, remote, made, OTHER), null);
  const next = session.vault;
  assert.deepEqual([next.ring.epoch, session.pins.highest, session.pins.publicKey, session.pins.manifestOf(next.ring)], [3, 3, next.ring.pk, 3]);
  assert.deepEqual(next.ring.pairs.map(({ pk }) => pk), [next.ring.pk, first.ring.pk]);
  const again = new Shelf({ vault: next, remote, pins: session.pins });
  await again.load();
  assert.deepEqual(again.rows.map(({ id, title }) => [id, title]), [["t1", "Title of t1"], ["t2", "Title of t2"]]);
  for (const secret of [WORDS, first.code]) assert.notEqual(await opens(session, secret, server.ask), null);
  assert.equal(await opens(session, made.code, server.ask), null);
});

test("new keys need what opened the old ones, and leave everything where others were quicker", async () => {
  const { server, session, remote, shelf } = await unlocked();
  await server.has(session.vault, "t1");
  const before = JSON.stringify(server.rows);
  assert.deepEqual(await newKeys(session, shelf, OTHER, OTHER, server.ask), { reason: "passphrase_wrong" });
  const { made } = await newKeys(session, shelf, WORDS, OTHER, server.ask);
  server.ring = { ...server.ring, epoch: 5 };
  assert.equal(await rotate(session, remote, made, OTHER), "reload");
  assert.deepEqual([JSON.stringify(server.rows), session.vault.ring.epoch, session.pins.highest], [before, 1, 1]);
});

test("starting over takes the ring away, and what this browser kept for it", async () => {
  const { server, session, kept } = await unlocked();
  localStorage.setItem("sotto-private-names", "{}");
  server.refuses = () => [403, { code: "reauthentication_required" }];
  assert.equal(await startOver(session, server.ask), "reauthenticate");
  assert.notEqual(session.vault, null);
  server.refuses = () => null;
  assert.equal(await startOver(session, server.ask), null);
  assert.deepEqual([server.ring, session.vault, session.pins.publicKey, session.pins.highest, localStorage.kept.size, kept.kept.size], [null, null, null, 1, 0, 1]);
});

test("whether the password was right is known by where the server leads", async () => {
  const answers = [[{ type: "opaqueredirect", status: 0 }, ""], [{ status: 200 }, "wrong"], [{ status: 429 }, "later"], [{ status: 500 }, "later"]];
  for (const [answer, sentence] of answers) {
    let sent;
    assert.equal(await proven("/there/", "p+ä", async (...given) => ((sent = given), answer)), sentence);
    assert.deepEqual([sent[0], String(sent[1].body), sent[1].headers], ["/there/", "password=p%2B%C3%A4", { "X-CSRFToken": "t" }]);
  }
  assert.equal(await proven("/there/", "p", async () => { throw new TypeError("offline"); }), "later");
});

test("what a derivation takes is measured, not guessed", async () => {
  const [few, many] = [await measured(600_000), await measured(3_000_000)];
  assert(few > 0 && many > 2 * few, `${few} ${many}`);
});

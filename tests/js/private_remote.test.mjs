import assert from "node:assert/strict";
import test from "node:test";
import { create, unlock } from "../../static/js/crypto/vault.js";
import { Remote, RemoteFailed } from "../../static/js/private/remote.js";

globalThis.document = { documentElement: { dataset: { csrfCookie: "token" } }, cookie: "token=of%20ours" };
const WAYS = { credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" };
const env = (ct) => ({ v: 1, alg: "A256GCM", iv: "AAAAAAAAAAAAAAAA", ct });
const hung = (one) => ({ ...one, secret: "nine horses" });
const BODY = { version: 2, ring_epoch: 1, dek: { version: 1, env: env("k") }, document: env("d"), about: env("a") };
const CARELESS = hung({ ...BODY, dek: hung({ version: 1, env: hung(env("k")) }), document: hung(env("d")), about: hung(env("a")) });
const T = "PU7x2yKmGrYtcbKs9mKn4vWe";

/** A server that says these things one after the other, and remembers what it was asked. */
function server(...said) {
  const asked = [];
  const remote = new Remote(async (address, { method, headers, body, ...ways }) => {
    asked.push({ address, method, headers, body: body && JSON.parse(body), ways });
    const [status, answer] = said[Math.min(asked.length, said.length) - 1];
    return new Response(status === 204 ? null : typeof answer === "string" ? answer : JSON.stringify(answer), { status });
  });
  return [remote, asked];
}

const OURS = { Accept: "application/json", "X-CSRFToken": "of ours" };
const SENDING = { ...OURS, "Content-Type": "application/json" };

/** What it sent: "METHOD address", the headers that are not always there, the body. */
async function sent(act, answer = [200, {}]) {
  const [remote, asked] = server(answer);
  await act(remote);
  const [{ address, method, headers, body, ways }] = asked;
  const { "If-Match": upon, "If-None-Match": none, ...others } = headers;
  assert.deepEqual([ways, others, asked.length], [WAYS, body ? SENDING : OURS, 1]);
  return [`${method} ${address}`, none ?? upon, body];
}

test("each act says what it is about, and sends what the format names and nothing else", async () => {
  const manifest = hung({ epoch: 4, env: hung(env("m")) });
  const share = hung({ id: "s1", token_sha256: "00", env: hung(env("s")), kdf: hung({ salt: "A", iter: 9 }), expires_at: null, max_views: 3 });
  const said = [
    [(at) => at.document(T), `GET /v1/transcripts/${T}/document`],
    [(at) => at.machine(T), `GET /v1/transcripts/${T}/document?version=1`],
    [(at) => at.put(T, CARELESS, { first: true }), `PUT /v1/transcripts/${T}/document`, "*", BODY],
    [(at) => at.put(T, { ...CARELESS, machine: hung(env("h")) }, { base: 1 }), `PUT /v1/transcripts/${T}/document`, '"1"', { ...BODY, machine: env("h") }],
    [(at) => at.put(T, { ...CARELESS, about: null }, { base: 1 }), `PUT /v1/transcripts/${T}/document`, '"1"', { ...BODY, about: null }],
    [(at) => at.putManifest({ ...manifest, ring_epoch: 2 }), "PUT /v1/private/manifest", undefined, { epoch: 4, env: env("m"), ring_epoch: 2 }],
    [(at) => at.putManifest(manifest), "PUT /v1/private/manifest", undefined, { epoch: 4, env: env("m") }],
    [(at) => at.makePrivate(T, CARELESS, 7), `POST /v1/transcripts/${T}/privacy`, '"7"', { private: true, ...BODY }],
    [(at) => at.makeStandard(T, hung({ document: {}, title: "t", folder: "", tags: [] }), 7), `POST /v1/transcripts/${T}/privacy`, '"7"', { private: false, document: {}, title: "t", folder: "", tags: [] }],
    [(at) => at.share(T, share), `POST /v1/transcripts/${T}/private-shares`, undefined, { id: "s1", token_sha256: "00", env: env("s"), kdf: { salt: "A", iter: 9 }, expires_at: null, max_views: 3 }],
    [(at) => at.unshare(T, "s1"), `DELETE /v1/transcripts/${T}/private-shares/s1`],
    [(at) => at.sharedKdf("s1"), "GET /v1/private-shares/s1"],
    [(at) => at.shared("s1", "token"), "POST /v1/private-shares/s1", undefined, { token: "token" }],
    [(at) => at.remove(T), `DELETE /v1/transcripts/${T}`],
    [(at) => at.favourite(T, 1), `PATCH /v1/transcripts/${T}`, undefined, { favourite: true }],
  ];
  for (const [act, where, upon, body] of said) assert.deepEqual(await sent(act), [where, upon, body]);
  assert.deepEqual(await sent((at) => at.shares(T), [200, { results: [] }]), [`GET /v1/transcripts/${T}/private-shares`, undefined, undefined]);
});

test("a rotation sends what the vault made of it", async () => {
  const { ring } = await create("u1", "nine horses cross the ford", 600_000);
  const vault = await unlock("u1", ring, "nine horses cross the ford");
  const { env: wrapped } = await vault.newDek(T, 1);
  const made = await vault.rotated("six cows sleep in the barn", [{ tid: T, version: 1, env: wrapped }], 600_000);
  const [where, upon, body] = await sent((at) => at.rotate(hung({ ...made, manifest: null }), 1));
  assert.deepEqual([where, upon], ["PUT /v1/keyring/rotation", '"1"']);
  const [{ tid: id, version, env: again }] = made.deks;
  assert.deepEqual(body, { ring: made.ring, deks: [{ id, version, env: again }], manifest: null });
});

test("a list is read whole, and anew when it changed on the way", async () => {
  const page = (epoch, next, ...ids) => [200, { uid: "u1", epoch: 2, manifest: { epoch, env: env("m") }, results: ids.map((id) => ({ id })), next: next && `https://evil.example/v1/private?limit=9&cursor=${next}` }];
  const [remote, asked] = server(page(1, "c1", "a"), page(2, null, "b"), page(2, "c2", "a"), page(2, null, "b"));
  assert.deepEqual(await remote.list(), { uid: "u1", epoch: 2, manifest: { epoch: 2, env: env("m") }, results: [{ id: "a" }, { id: "b" }] });
  const first = "/v1/private";
  assert.deepEqual(asked.map(({ address }) => address), [first, `${first}?cursor=c1`, first, `${first}?cursor=c2`]);
  const [other] = server([200, { uid: "u1", epoch: 2, manifest: null, results: [], next: null }]);
  assert.equal(await other.manifest(), null);
});

test("a refusal says what the server said, and whether it may pass", async () => {
  const told = async (...answer) => {
    const failed = await server(answer)[0].document(T).then(() => null, (error) => error);
    return failed && [failed instanceof RemoteFailed, failed.status, failed.message, failed.problem.current_version, failed.isPassing];
  };
  assert.deepEqual(await told(409, { code: "conflict", current_version: 7 }), [true, 409, "conflict", 7, false]);
  assert.deepEqual(await told(404, "<h1>Gone</h1>"), [true, 404, "network", undefined, false]);
  assert.deepEqual(await told(403, "null"), [true, 403, "network", undefined, false]);
  for (const status of [408, 429, 500, 503]) assert.deepEqual(await told(status, {}), [true, status, "network", undefined, true]);
  assert.deepEqual(await told(200, "<h1>A proxy's page</h1>"), [true, 0, "network", undefined, true]);
  const away = await new Remote(() => Promise.reject(new TypeError())).document(T).catch((error) => error);
  assert.deepEqual([away.status, away.isPassing], [0, true]);
});

test("no id leads to another address", async () => {
  for (const id of ["", "../keyring", "a/b", "a?b", "a#b", "a%2Fb", "x".repeat(65)]) {
    const [remote, asked] = server([200, {}]);
    for (const act of [() => remote.document(id), () => remote.put(id, BODY, { base: 1 }), () => remote.unshare(T, id), () => remote.shared(id, "token")]) {
      assert.equal((await act().catch((error) => error)).status, 404);
    }
    assert.equal(asked.length, 0);
  }
});

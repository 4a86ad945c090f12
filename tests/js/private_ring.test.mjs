import assert from "node:assert/strict";
import test from "node:test";
import { create } from "../../static/js/crypto/vault.js";
import { deleteRing, putFirst, putInstead, readRing } from "../../static/js/private/ring.js";

globalThis.document = { documentElement: { dataset: { csrfCookie: "token" } }, cookie: "token=of%20ours" };
const { ring } = await create("u1", "nine horses cross the ford", 600_000);

/** A server that says one thing, and remembers what it was asked. */
function server(status, body) {
  const asked = [];
  const ask = async (address, options) => {
    asked.push([address, options]);
    return new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return [ask, asked];
}

const KEPT = { uid: "u1", ring };

test("each act says which ring it is about, with our token", async () => {
  const acts = [[(ask) => readRing(ask), "GET", {}], [(ask) => putFirst(ring, ask), "PUT", { "If-None-Match": "*" }], [(ask) => putInstead(ring, 4, ask), "PUT", { "If-Match": '"4"' }]];
  for (const [act, method, named] of acts) {
    const [ask, asked] = server(200, KEPT);
    assert.deepEqual(await act(ask), KEPT);
    const [[address, { headers, body, ...options }]] = asked;
    assert.deepEqual([address, options], ["/v1/keyring", { method, credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" }]);
    const about = body ? { "Content-Type": "application/json" } : {};
    assert.deepEqual(headers, { Accept: "application/json", "X-CSRFToken": "of ours", ...about, ...named });
    assert.deepEqual(body && JSON.parse(body), method === "PUT" ? ring : undefined);
  }
  const [ask, asked] = server(204);
  assert.deepEqual([await deleteRing(ask), asked[0][1].method, asked[0][1].body], [{}, "DELETE", undefined]);
});

test("whatever else hangs on a ring stays in the browser", async () => {
  const secret = "nine horses cross the ford";
  const hung = (one) => ({ ...one, secret });
  const careless = hung({ ...ring, slots: ring.slots.map((slot) => hung({ ...slot, env: hung(slot.env) })), pairs: ring.pairs.map((pair) => hung({ ...pair, env: hung(pair.env) })), state: hung(ring.state) });
  const [ask, asked] = server(200, KEPT);
  await putFirst(careless, ask);
  assert.deepEqual(JSON.parse(asked[0][1].body), ring);
});

test("a refusal says what can be done about it", async () => {
  const told = async (...answer) => putInstead(ring, 1, server(...answer)[0]);
  const said = [
    [403, { code: "reauthentication_required" }, { reason: "reauthenticate" }],
    [403, { code: "plan_required" }, { reason: "plan" }],
    [403, { code: "forbidden" }, { reason: "refused" }],
    [401, { code: "unauthenticated" }, { reason: "login" }],
    [409, { code: "conflict", current_version: 7 }, { reason: "reload", epoch: 7 }],
    [409, { code: "conflict", current_version: null }, { reason: "reload", epoch: null }],
    [422, { code: "validation_failed" }, { reason: "refused" }],
    [429, {}, { reason: "later" }],
    [503, "<h1>Down</h1>", { reason: "later" }],
    [200, "<h1>A proxy's page</h1>", { reason: "later" }],
    [403, "null", { reason: "refused" }],
  ];
  for (const [status, body, reason] of said) assert.deepEqual(await told(status, body), reason, `${status} ${JSON.stringify(body)}`);
  assert.deepEqual(await readRing(async () => { throw new TypeError("no network"); }), { reason: "later" });
});

test("there may be no ring yet", async () => {
  assert.deepEqual(await readRing(server(200, { uid: "u1", ring: null })[0]), { uid: "u1", ring: null });
});

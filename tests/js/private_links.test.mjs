import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { Refused } from "../../static/js/crypto/format.js";
import { copyOf, madeLink, readerOf, secretOf } from "../../static/js/private/links.js";

const DOCUMENT = { schema: 1, language: "en", duration: 3, speakers: [{ id: "s1", name: "Ada" }], segments: [{ id: "g1", start: 0, end: 3, text: "Good evening.", note: "ask her", words: [] }], marks: [{ id: "m1", time: 1, text: "here" }], unheard: [], warnings: [] };
const COPY = copyOf("Interview", DOCUMENT);
const FEW = 600_000;

test("a copy has the words, and nothing that was noted beside them", () => {
  assert.deepEqual(COPY, { title: "Interview", document: { ...DOCUMENT, segments: [{ ...DOCUMENT.segments[0], note: "" }], marks: [] } });
});

test("the server gets nothing that opens it, and whoever has the link opens it", async () => {
  const { body, address } = await madeLink(COPY, { origin: "https://sotto.example", maxViews: 3 });
  const [, id, fragment] = /^https:\/\/sotto\.example\/s\/([A-Za-z0-9]{22})(#[A-Za-z0-9_-]{43})$/.exec(address);
  assert.deepEqual(Object.keys(body).sort(), ["env", "expires_at", "id", "kdf", "max_views", "token_sha256"]);
  assert.deepEqual([body.id, body.kdf, body.max_views, body.expires_at], [id, null, 3, null]);
  const sent = JSON.stringify(body);
  const { token, opened } = await readerOf(id, secretOf(fragment), body.kdf);
  assert.equal(createHash("sha256").update(token).digest("hex"), body.token_sha256);
  for (const secret of [fragment.slice(1), token, "Interview", "evening"]) assert.equal(sent.includes(secret), false);
  assert.deepEqual(await opened(body.env), COPY);
});

test("with a password the link alone gives neither the token nor the copy", async () => {
  const { body, address } = await madeLink(COPY, { origin: "", password: "three brown owls", iter: FEW });
  const secret = secretOf(new URL(address, "https://sotto.example").hash);
  const [alone, wrong, right] = [await readerOf(body.id, secret, null), await readerOf(body.id, secret, body.kdf, "Three brown owls"), await readerOf(body.id, secret, body.kdf, "three brown owls")];
  assert.equal(new Set([alone.token, wrong.token, right.token]).size, 3);
  await assert.rejects(alone.opened(body.env), Refused);
  await assert.rejects(wrong.opened(body.env), Refused);
  assert.deepEqual(await right.opened(body.env), COPY);
});

test("half a link, or another's, opens nothing", async () => {
  const [one, other] = [await madeLink(COPY, { origin: "" }), await madeLink(COPY, { origin: "" })];
  for (const broken of ["", "#", one.address.slice(25, -1), `${one.address.slice(25)}A`, "#ä"]) assert.throws(() => secretOf(broken), Refused);
  const { opened } = await readerOf(one.body.id, secretOf(one.address.slice(-43)), null);
  await assert.rejects(opened(other.body.env), Refused);
});

// What every set of vectors must show: that its objects open, and that nothing changed about them does.
// In Node, in a browser, for any file of the shape of vectors.json.
import { CONTENT_TYPE, bound, fromBase64url, open, pae, padded, parsed, streamed, toBase64url } from "./format.js";
import { dekOf, masterFrom, masterOf, openFrom, privateKeyOf, shareKeys, subkey } from "./keys.js";
import { openShare, share, unlock } from "./vault.js";

const { subtle } = crypto;
export const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const flipped = (text, at) => {
  const bytes = fromBase64url(text);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  return toBase64url(bytes);
};
const changed = (env, part, at) => ({ ...env, [part]: flipped(env[part], at) });

/** `[name, work]` each: known answers, which anybody's implementation must give. */
export function knownAnswers(kat) {
  return [
    ...kat.pbkdf2.map(({ P, S, c, dk }) => [`PBKDF2 of ${c}`, async () => {
      const key = await subtle.importKey("raw", new TextEncoder().encode(P), "PBKDF2", false, ["deriveBits"]);
      const way = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(S), iterations: Number(c) };
      return toHex(await subtle.deriveBits(way, key, 4 * dk.length)) === dk;
    }]),
    ...kat.hpke_rfc9180.map(({ skRm, pkRm, enc, info, aad, ct, pt }) => ["HPKE of RFC 9180", async () => {
      const point = hex(pkRm);
      const jwk = { kty: "EC", crv: "P-256", d: toBase64url(hex(skRm)), x: toBase64url(point.slice(1, 33)), y: toBase64url(point.slice(33)) };
      const key = await subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
      return toHex(await openFrom(key, point, hex(enc + ct), hex(info), hex(aad))) === pt;
    }]),
    ...kat.pae.map(({ in: pieces, out }) => [`PAE of ${pieces.length}`, () => toHex(pae(...pieces)) === out]),
  ];
}

/** What must open, `[name, work]` each; `work` resolves to true. */
export function opens(set) {
  const { uid, tid } = set;
  const ring = { epoch: set.epoch, slots: set.slots, state: set.state, pk: set.pk, pairs: [{ pk: set.pk, env: set.priv }] };
  const code = hex(set.recovery_code_hex);
  const vault = once(() => unlock(uid, ring, set.passphrase));
  return [
    ["the slot of the passphrase", async () => Boolean(await vault())],
    ["the slot of the passphrase, decomposed", async () => Boolean(await unlock(uid, ring, set.passphrase.normalize("NFD")))],
    ["the slot of the code", async () => Boolean(await unlock(uid, ring, code))],
    ["the master key in both", async () => (await Promise.all([set.passphrase, code].map((secret, at) => masterOf(uid, set.slots[at], secret, true)))).every((bytes) => toHex(bytes) === set.mk_hex)],
    ["the text", async () => equal(await (await vault()).openText(await (await vault()).dek(tid, set.dekver, set.dek), tid, set.ver, set.content), set.doc)],
    ["the length of the text", async () => (await contentOf(set)).length === set.doc_len && padded(set.doc).length === set.doc_len],
    ["the sealed result", async () => equal(await (await vault()).openResult(tid, set.job, set.pk, fromBase64url(set.sealed)), set.doc)],
    ["the shared copy", async () => equal(await sharedCopy(set), set.doc)],
    ["a text sealed here", async () => {
      const { key, env } = await (await vault()).newDek("t", 1);
      const sealed = await (await vault()).sealText(key, "t", 1, set.doc);
      return equal(await (await vault()).openText(await (await vault()).dek("t", 1, env), "t", 1, sealed), set.doc);
    }],
    ["a copy shared here", async () => {
      const { secret, token, env } = await share("s", set.doc);
      const keys = await shareKeys("s", secret);
      return keys.token === token && equal(await openShare("s", keys.key, env), set.doc);
    }],
    ["the upload", async () => equal(await parsed(await uploaded(set)), set.doc)],
  ];
}

/** What must be refused, `[name, work]` each; `work` rejects. */
export function refusals(set) {
  const { uid, tid, ver, dekver, pk, job } = set;
  const [pass, code] = set.slots;
  const wrap = once(async () => subkey(uid, await masterFrom(hex(set.mk_hex)), "wrap"));
  const state = once(async () => subkey(uid, await masterFrom(hex(set.mk_hex)), "state"));
  const slot = (change, who = uid) => masterOf(who, { ...pass, ...change }, set.passphrase);
  const dek = async (env, id = tid, version = dekver) => dekOf(uid, id, version, await wrap(), env);
  const text = async (env, { id = tid, version = ver, type = CONTENT_TYPE } = {}) => open(await dek(set.dek), env, bound("doc", uid, id, version, type));
  const sealed = async (bytes, { id = tid, of = job } = {}) => {
    const point = fromBase64url(pk);
    return openFrom(await privateKeyOf(uid, pk, await wrap(), set.priv), point, bytes, bound("sealed", uid, id, of, point));
  };
  const blob = fromBase64url(set.sealed);
  const { content } = set;
  const chunk = set.upload_chunk + 16;
  const upload = fromBase64url(set.upload);
  const [head, first, second] = [upload.slice(0, HEAD), upload.slice(HEAD, HEAD + chunk), upload.slice(HEAD + chunk, HEAD + 2 * chunk)];
  return [
    ["upload: cut at a chunk border", () => uploaded(set, { bytes: upload.slice(0, HEAD + chunk) })],
    ["upload: chunks swapped", () => uploaded(set, { bytes: Uint8Array.of(...head, ...second, ...first, ...upload.slice(HEAD + 2 * chunk)) })],
    ["upload: other job", () => uploaded(set, { of: `${job}x` })],
    ["wrong passphrase", () => masterOf(uid, pass, `${set.passphrase} `)],
    ["wrong code", () => masterOf(uid, code, hex(set.recovery_code_hex).reverse())],
    ["KDF downgrade to 100,000", underived(() => slot({ iter: 100_000 }))],
    ["KDF blow-up to 4e9", underived(() => slot({ iter: 4e9 }))],
    ["iterations relabelled in the slot only", () => slot({ iter: pass.iter + 1 })],
    ["salt swapped", () => slot({ salt: code.salt })],
    ["slot of another user", () => slot({}, `${uid}x`)],
    ["slot id relabelled", () => slot({ id: code.id })],
    ["slot ciphertext longer than 48 bytes", () => slot({ env: { ...pass.env, ct: toBase64url(Uint8Array.of(...fromBase64url(pass.env.ct), 0)) } })],
    ["old state replayed as new epoch", async () => open(await state(), set.state, bound("state", uid, set.epoch + 1))],
    ["public key swapped under the private key", async () => privateKeyOf(uid, toBase64url(blob.slice(0, 65)), await wrap(), set.priv)],
    ["another transcript served: its key", () => dek(set.dek_other)],
    ["another transcript served: its key version", () => dek(set.dek, tid, dekver + 1)],
    ["content of another transcript", () => text(set.content_other)],
    ["rollback to version 6", () => text(set.content_old)],
    ["relabelled as another version", () => text(content, { version: ver + 1 })],
    ["relabelled as another transcript", () => text(content, { id: `${tid}x` })],
    ["content type confusion", () => text(content, { type: "text/plain" })],
    ["wrapped DEK used as content", () => text(set.dek)],
    ["flipped ciphertext bit", () => text(changed(content, "ct", 5))],
    ["flipped tag bit", () => text(changed(content, "ct", -1))],
    ["flipped IV", () => text(changed(content, "iv", 0))],
    ["truncated", () => text({ ...content, ct: toBase64url(fromBase64url(content.ct).slice(0, -1)) })],
    ["shorter than a tag", () => text({ ...content, ct: "" })],
    ["format downgrade v0", () => text({ ...content, v: 0 })],
    ["format as a truth", () => text({ ...content, v: true })],
    ["format as text", () => text({ ...content, v: "1" })],
    ["algorithm relabel", () => text({ ...content, alg: "A128GCM" })],
    ["non-canonical base64", () => slot({ salt: uncanonical(pass.salt) })],
    ["IV of 16 bytes", () => text({ ...content, iv: toBase64url(new Uint8Array(16)) })],
    ["sealed: other job", () => sealed(blob, { of: `${job}x` })],
    ["sealed: other transcript", () => sealed(blob, { id: `${tid}x` })],
    ["sealed: flipped", () => sealed(fromBase64url(flipped(set.sealed, -1)))],
    ["sealed: point not on curve", () => sealed(fromBase64url(flipped(set.sealed, 64)))],
    ["sealed: too short", () => sealed(blob.slice(0, 80))],
    ["share: other share id", () => sharedCopy(set, `${set.share_id}x`)],
    ["share: other content type", async () => open((await shareKeys(set.share_id, fromBase64url(set.share_key))).key, set.share, bound("share", set.share_id, "text/plain"))],
    ...Object.entries(set.policy).map(([name, one]) => [`policy: ${name}`, () => masterOf(uid, one, set.passphrase)]),
  ];
}

const sharedCopy = async (set, id = set.share_id) => openShare(id, (await shareKeys(id, fromBase64url(set.share_key))).key, set.share);

/** Of a shared copy with a password: `[opens, refusals]`, as above. */
export function guarded({ share_id: id, share_key: secret, password, kdf, token, share: env, doc }) {
  const keys = (change, { words = password, link = secret, of = id } = {}) => shareKeys(of, fromBase64url(link), change && { ...kdf, ...change }, words);
  const copy = async (...how) => openShare(how[1]?.of ?? id, (await keys(...how)).key, env);
  return [
    [
      ["its copy", async () => equal(await copy({}), doc)],
      ["its copy, with the password decomposed", async () => equal(await copy({}, { words: password.normalize("NFD") }), doc)],
      ["its token", async () => (await keys({})).token === token],
      ["one made here", async () => {
        const made = await share("s", doc, password, kdf.iter);
        const other = await shareKeys("s", made.secret, made.kdf, password);
        return other.token === made.token && equal(await openShare("s", other.key, made.env), doc);
      }],
    ],
    [
      ["share: wrong password", () => copy({}, { words: `${password} ` })],
      ["share: without its password", () => copy(null)],
      ["share: its password with another link", () => copy({}, { link: flipped(secret, 0) })],
      ["share: other share id, with a password", () => copy({}, { of: `${id}x` })],
      ["share: fewer iterations", underived(() => copy({ iter: 599_999 }))],
      ["share: endless iterations", underived(() => copy({ iter: 10_000_001 }))],
      ["share: iterations relabelled", () => copy({ iter: kdf.iter + 1 })],
      ["share: salt swapped", () => copy({ salt: flipped(kdf.salt, 0) })],
      ["share: salt of 16 bytes", underived(() => copy({ salt: toBase64url(new Uint8Array(16)) }))],
    ],
  ];
}

const HEAD = 65 + 32 + 16; // point, content key, tag

async function uploaded(set, { bytes = fromBase64url(set.upload), of = set.job } = {}) {
  const [point, master] = [fromBase64url(set.pk), await masterFrom(hex(set.mk_hex))];
  const privateKey = await privateKeyOf(set.uid, set.pk, await subkey(set.uid, master, "wrap"), set.priv);
  const about = bound("upload", set.uid, of, point);
  const key = await openFrom(privateKey, point, bytes.slice(0, HEAD), about);
  return streamed("decrypt", await subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]), bytes.slice(HEAD), about, set.upload_chunk + 16);
}

const contentOf = async (set) => {
  const dek = await subtle.importKey("raw", hex(set.dek_hex), "AES-GCM", false, ["decrypt"]);
  return open(dek, set.content, bound("doc", set.uid, set.tid, set.ver, CONTENT_TYPE));
};

/** Rejects otherwise than with Refused where a key is derived: what cannot be right costs nothing. */
const underived = (work) => async () => {
  let isDerived = false;
  subtle.deriveKey = subtle.deriveBits = () => {
    isDerived = true;
    throw new Error("derived");
  };
  try {
    await work();
  } catch (error) {
    throw isDerived ? new Error("derived") : error;
  } finally {
    delete subtle.deriveKey; // the browser's own shows again
    delete subtle.deriveBits;
  }
};

/** The same bytes, with a bit beyond the last. */
const uncanonical = (text) => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);

function once(make) {
  let made = null;
  return () => (made ??= make());
}

/** Which of all that must hold of `file` does not, in words; the first `most` of them. */
export async function failuresIn(file, most = Infinity) {
  const failed = [];
  const sets = Object.keys(file).filter((name) => name.startsWith("made_by_"));
  if (!sets.length) failed.push("no set to check");
  const holds = async (name, work) => {
    if (failed.length < most && !(await Promise.resolve().then(work).catch(() => false))) failed.push(name);
  };
  for (const [name, work] of file.kat ? knownAnswers(file.kat) : []) await holds(name, work);
  const all = sets.map((maker) => [maker, opens(file[maker]), refusals(file[maker])]);
  if (file.share_with_password) all.push(["share_with_password", ...guarded(file.share_with_password)]);
  for (const [maker, toOpen, toRefuse] of all) {
    for (const [name, work] of toOpen) await holds(`${maker}: ${name} does not open`, work);
    for (const [name, work] of toRefuse) await holds(`${maker}: ${name} is not refused`, () => work().then(() => false, ({ message }) => message === REFUSED));
  }
  return failed;
}

const REFUSED = "This cannot be opened with this key.";

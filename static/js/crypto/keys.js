// Keys, and how each is made from another. None of them can be read out again by a script.
import { IV_BYTES, KEY_BYTES, SALT_BYTES, bound, fromBase64url, joined, open, orRefuse, random, refuseUnless, seal, toBase64url, unwrap, utf8, wiped } from "./format.js";

export const ITERATIONS = Object.freeze({ least: 600_000, usual: 1_000_000, most: 10_000_000 });
export const KDF = Object.freeze({ pass: "PBKDF2-SHA256", code: "HKDF-SHA256" });
export const [CODE_BYTES, POINT_BYTES] = [20, 65];
const [AES, CURVE] = [{ name: "AES-GCM", length: 256 }, { name: "ECDH", namedCurve: "P-256" }];
const [NONE, BOTH, WRAPS] = [new Uint8Array(), ["encrypt", "decrypt"], ["encrypt", "decrypt", "unwrapKey"]];
const { subtle } = crypto;

const imported = (bytes, kind, uses) => subtle.importKey("raw", bytes, kind, false, uses);
export const masterFrom = (bytes) => imported(bytes, "HKDF", ["deriveKey", "deriveBits"]);
const derived = (key, salt, info, uses) => subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, key, AES, false, uses);

/** Of the master key: `wrap` is for keys, `state` for what is said about them. */
export const subkey = (uid, master, purpose) => derived(master, NONE, bound("subkey", uid, purpose), WRAPS);

/** PBKDF2 of what somebody types. Cheap iterations, and endless ones, are refused before anything is derived. */
async function typed(words, salt, iter) {
  refuseUnless(Number.isSafeInteger(iter) && iter >= ITERATIONS.least && iter <= ITERATIONS.most);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64url(salt, SALT_BYTES), iterations: iter };
  return [way, await imported(utf8(words.normalize("NFC")), "PBKDF2", ["deriveKey", "deriveBits"])];
}

/** `[key, what it is bound to]` of a slot; `secret` is a passphrase, or the 20 bytes of a code. */
async function slotKey(uid, { id, type, iter, salt: text }, secret) {
  refuseUnless(type === "pass" || (type === "code" && iter === undefined));
  const salt = fromBase64url(text, SALT_BYTES);
  const aad = bound("slot", uid, id, type, KDF[type], iter ?? 0, salt);
  if (type === "code") return [await derived(await masterFrom(secret), salt, bound("code-kek", uid), WRAPS), aad];
  return [await subtle.deriveKey(...(await typed(secret, text, iter)), AES, false, WRAPS), aad];
}

/** `{id, type, iter, salt, env}`: the master key under a passphrase or a code. */
export async function newSlot(uid, { id, type, iter }, secret, master) {
  const slot = { id, type, ...(iter && { iter }), salt: toBase64url(random(SALT_BYTES)) };
  const [key, aad] = await slotKey(uid, slot, secret);
  return { ...slot, env: await seal(key, master, aad) };
}

/** The master key, which only derives others; or its bytes, to be put under another passphrase and wiped. Rejects with Refused. */
export const masterOf = (uid, slot, secret, asBytes = false) => orRefuse(async () => {
  const [key, aad] = await slotKey(uid, slot, secret);
  return asBytes ? open(key, slot.env, aad, KEY_BYTES) : unwrap(key, slot.env, aad, { kind: "HKDF", uses: ["deriveKey"], length: KEY_BYTES });
});

const dekBound = (uid, tid, version) => bound("dek", uid, tid, version);

/** A key for one transcript: `{key, env}`. */
export const newDek = (uid, tid, version, wrap) => wiped(random(KEY_BYTES), async (bytes) =>
  ({ key: await imported(bytes, AES, BOTH), env: await seal(wrap, bytes, dekBound(uid, tid, version)) }));

export const dekOf = (uid, tid, version, wrap, env) => unwrap(wrap, env, dekBound(uid, tid, version), { kind: AES, uses: BOTH, length: KEY_BYTES });

/** `{pk, env}`: the pair that results are sealed to, its private half under `wrap`. */
export async function newPair(uid, wrap) {
  const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const [pk, secret] = [await subtle.exportKey("raw", pair.publicKey), await subtle.exportKey("pkcs8", pair.privateKey)].map((one) => new Uint8Array(one));
  return { pk: toBase64url(pk), env: await wiped(secret, () => seal(wrap, secret, bound("priv", uid, pk))) };
}

export const privateKeyOf = (uid, pk, wrap, env) => orRefuse(() =>
  unwrap(wrap, env, bound("priv", uid, fromBase64url(pk, POINT_BYTES)), { format: "pkcs8", kind: CURVE, uses: ["deriveBits"] }));

/** HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: key and nonce of a single message. */
async function agreed(privateKey, theirs, enc, pk, info, use) {
  const [suite, hash] = [Uint8Array.of(0, 0x10, 0, 1, 0, 2), { name: "HMAC", hash: "SHA-256" }];
  const [kem, whole] = [joined(utf8("HPKE-v1KEM"), suite.subarray(0, 2)), joined(utf8("HPKE-v1HPKE"), suite)];
  const hmac = async (key, ...pieces) => { // no salt is a key of zeros
    const signing = await imported(key.length ? key : new Uint8Array(KEY_BYTES), hash, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", signing, joined(...pieces)));
  };
  const extract = (id, salt, label, input) => hmac(salt, id, utf8(label), input);
  const expand = async (id, prk, label, context, length) => // of one block at most
    (await hmac(prk, Uint8Array.of(0, length), id, utf8(label), context, Uint8Array.of(1))).slice(0, length);
  const secret = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: await imported(theirs, CURVE, []) }, privateKey, 256));
  const shared = await expand(kem, await extract(kem, NONE, "eae_prk", secret), "shared_secret", joined(enc, pk), KEY_BYTES);
  const context = joined(Uint8Array.of(0), await extract(whole, NONE, "psk_id_hash", NONE), await extract(whole, NONE, "info_hash", info));
  const prk = await extract(whole, shared, "secret", NONE);
  const key = await imported(await expand(whole, prk, "key", context, KEY_BYTES), AES, [use]);
  return [key, await expand(whole, prk, "base_nonce", context, IV_BYTES)];
}

/** `enc ‖ ct`, for whoever holds the private half of `pk` (bytes). */
export async function sealTo(pk, plaintext, info, additionalData = NONE) {
  const ours = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const enc = new Uint8Array(await subtle.exportKey("raw", ours.publicKey));
  const [key, iv] = await agreed(ours.privateKey, pk, enc, pk, info, "encrypt");
  return joined(enc, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plaintext)));
}

/** Rejects with Refused. */
export const openFrom = (privateKey, pk, sealed, info, additionalData = NONE) => orRefuse(async () => {
  const enc = sealed.slice(0, POINT_BYTES);
  const [key, iv] = await agreed(privateKey, enc, enc, pk, info, "decrypt");
  return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed.subarray(POINT_BYTES)));
});

/** Of the bytes in a link, and its password where there is a `kdf` (`{salt, iter}`): the key of its text, and the token without which the server hands nothing out. Rejects with Refused. */
export const shareKeys = (shareId, secret, kdf = null, password = "") => orRefuse(async () => {
  const bits = async (way, key) => new Uint8Array(await subtle.deriveBits(way, key, 8 * KEY_BYTES));
  const root = await masterFrom(kdf ? joined(secret, await bits(...(await typed(password, kdf.salt, kdf.iter)))) : secret);
  const token = await bits({ name: "HKDF", hash: "SHA-256", salt: NONE, info: bound("share-auth", shareId) }, root);
  return { key: await derived(root, NONE, bound("share-doc", shareId), BOTH), token: toBase64url(token) };
});

// Format 1 (FORMAT.md): bytes, envelopes, and what each is bound to. Where keys come from is keys.js.
export const [FORMAT, ALGORITHM, CONTENT_TYPE] = ["e2ee-v1", "A256GCM", "application/json"];
export const [IV_BYTES, TAG_BYTES, KEY_BYTES, SALT_BYTES, BLOCK_BYTES] = [12, 16, 32, 32, 4096];

/** One message for all: which check failed helps only whoever forged it. */
export class Refused extends Error {
  constructor() {
    super("This cannot be opened with this key.");
  }
}

export const refuseUnless = (isRight) => {
  if (!isRight) throw new Refused();
};

/** Runs what throws in many ways, so that it throws in one. */
export async function orRefuse(work) {
  try {
    return await work();
  } catch {
    throw new Refused();
  }
}

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
/** Hands bytes to `work`, and wipes them whatever comes of it. */
export const wiped = (bytes, work) => Promise.resolve(bytes).then(work).finally(() => bytes.fill(0));
export const utf8 = (text) => new TextEncoder().encode(text);

export function joined(...pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

/** Pre-authentication encoding, as in PASETO: no two lists of pieces give the same bytes. */
export function pae(...pieces) {
  const le64 = (number) => new Uint8Array(BigUint64Array.of(BigInt(number)).buffer);
  const bytesOf = (piece) => (piece instanceof Uint8Array ? piece : utf8(String(piece)));
  return joined(le64(pieces.length), ...pieces.map(bytesOf).flatMap((piece) => [le64(piece.length), piece]));
}

/** What something is bound to: its purpose, and where its reader expects to find it. */
export const bound = (purpose, ...fields) => pae(FORMAT, purpose, ...fields);

/** Browsers before 2025 lack the method; theirs takes three times as long. */
export function toBase64url(bytes) {
  if (bytes.toBase64) return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x6000) text += btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decoded(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Strict: no padding, no other alphabet, no bits beyond the last byte. */
export function fromBase64url(text, length = null) {
  refuseUnless(typeof text === "string" && /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1);
  const bytes = decoded(text);
  const over = text.length % 4;
  refuseUnless(!over || toBase64url(bytes.subarray(1 - over)) === text.slice(-over));
  refuseUnless(length === null || bytes.length === length);
  return bytes;
}

/** JSON in steps of 4 KiB, so that its length says little. Spaces at its end change nothing. */
export function padded(value) {
  const json = utf8(JSON.stringify(value));
  const bytes = new Uint8Array(Math.ceil(json.length / BLOCK_BYTES) * BLOCK_BYTES).fill(0x20);
  bytes.set(json);
  return bytes;
}

export const parsed = (bytes) => orRefuse(() => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));

const gcm = (iv, additionalData) => ({ name: "AES-GCM", iv, additionalData });

/** An envelope, `{v, alg, iv, ct}`. The IV is made here: nobody can give the same twice. */
export async function seal(key, plaintext, aad) {
  const iv = random(IV_BYTES);
  const ct = new Uint8Array(await crypto.subtle.encrypt(gcm(iv, aad), key, plaintext));
  return { v: 1, alg: ALGORITHM, iv: toBase64url(iv), ct: toBase64url(ct) };
}

/** Hands the parts of an envelope to `work`. `length` is that of the plaintext, where it is known. */
const opened = (envelope, aad, length, work) => orRefuse(() => {
  refuseUnless(envelope.v === 1 && envelope.alg === ALGORITHM);
  const ct = fromBase64url(envelope.ct, length === null ? null : length + TAG_BYTES);
  return work(gcm(fromBase64url(envelope.iv, IV_BYTES), aad), ct);
});

/** Plaintext bytes. Rejects with Refused. */
export const open = (key, envelope, aad, length = null) =>
  opened(envelope, aad, length, async (way, ct) => new Uint8Array(await crypto.subtle.decrypt(way, key, ct)));

/** A key that lies in an envelope, without its bytes ever being a script's. Rejects with Refused. */
export const unwrap = (key, envelope, aad, { format = "raw", kind, uses, length = null }) =>
  opened(envelope, aad, length, (way, ct) => crypto.subtle.unwrapKey(format, ct, key, way, kind, false, uses));

/** `encrypt` or `decrypt` in pieces of `size`: a counter, and a mark on the last, so that none can be moved or cut off. Rejects with Refused. */
export const streamed = (work, key, bytes, aad, size) => orRefuse(async () => {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) || 1 }, (_, number) => bytes.subarray(number * size, (number + 1) * size));
  return joined(...(await Promise.all(pieces.map(async (piece, number) => {
    const iv = new Uint8Array(IV_BYTES);
    new DataView(iv.buffer).setUint32(7, number);
    iv[IV_BYTES - 1] = Number(number === pieces.length - 1);
    return new Uint8Array(await crypto.subtle[work](gcm(iv, aad), key, piece));
  }))));
});

// The technical table, from the constants that the code works with: what it says is what is done.
import { ALGORITHM, FORMAT, IV_BYTES, KEY_BYTES, SALT_BYTES, TAG_BYTES } from "../crypto/format.js";
import { CODE_BYTES, ITERATIONS, KDF } from "../crypto/keys.js";
import { IDLE_MS } from "./session.js";

const NAMES = { A256GCM: "AES-256-GCM" };
const bits = (bytes) => 8 * bytes;

/**
 * Rows `[id, values]` for sentences of the page with `{name}` in them. `algorithm`: `{name, keyBits, tagBits, format}`;
 * `derivation`: `{passphrase, code, saltBits, codeBits}`; `iterations`: `{least, usual, most}`; `iv`: `{bits}`, drawn anew for each;
 * `storage`: `{idleMinutes}`; `transport`: `{protocol}`; `implementation`: `{name}`; `source`: `{addresses}`.
 */
export const facts = (place = globalThis.location) => [
  ["algorithm", { name: NAMES[ALGORITHM], keyBits: bits(KEY_BYTES), tagBits: bits(TAG_BYTES), format: FORMAT }],
  ["derivation", { passphrase: KDF.pass, code: KDF.code, saltBits: bits(SALT_BYTES), codeBits: bits(CODE_BYTES) }],
  ["iterations", { ...ITERATIONS }],
  ["iv", { bits: bits(IV_BYTES) }],
  ["storage", { idleMinutes: IDLE_MS / 60_000 }],
  ["transport", { protocol: place.protocol === "https:" ? "HTTPS" : "HTTP" }],
  ["implementation", { name: "WebCrypto" }],
  ["source", { addresses: ["vault", "keys", "format"].map((name) => new URL(`../crypto/${name}.js`, import.meta.url).href) }],
];

// Links to copies of private transcripts: made, read, opened. What stands behind the # of one is never sent.
import { KEY_BYTES, fromBase64url, refuseUnless, toBase64url } from "../crypto/format.js";
import { shareKeys } from "../crypto/keys.js";
import { openShare, share } from "../crypto/vault.js";
import { sha256Of } from "../media/sha256.js";
import { below } from "./words.js";

export const PASSWORD_LEAST = 8; // characters, as of the links to other transcripts
const ID_CHARACTERS = 22;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const newId = () => Array.from({ length: ID_CHARACTERS }, () => ALPHABET[below(ALPHABET.length)]).join("");

/** What visitors get: the words, without what their owner has noted beside them. */
export function copyOf(title, { segments, marks, ...rest }) {
  return { title, document: { ...rest, segments: segments.map((one) => ({ ...one, note: "" })), marks: [] } };
}

/** `{body, address}`: what the server gets, and what whoever reads it needs. `iter` as for a passphrase. */
export async function madeLink(copy, { origin, password = "", expiresAt = null, maxViews = null, iter }) {
  const id = newId();
  const { secret, token, kdf, env } = await share(id, copy, password, iter);
  const address = `${origin}/s/${id}#${toBase64url(secret)}`;
  secret.fill(0);
  const token_sha256 = await sha256Of(new Blob([token]));
  return { body: { id, token_sha256, env, kdf, expires_at: expiresAt, max_views: maxViews }, address };
}

/** The bytes of a link. Throws Refused where a part of it is missing. */
export function secretOf(fragment) {
  const secret = fromBase64url(fragment.replace(/^#/, ""));
  refuseUnless(secret.length === KEY_BYTES);
  return secret;
}

/** Of a link and its password: `{token, opened}`; `opened(env)` gives the copy. Rejects with Refused. */
export async function readerOf(id, secret, kdf, password) {
  const { key, token } = await shareKeys(id, secret, kdf, password);
  return { token, opened: (env) => openShare(id, key, env) };
}

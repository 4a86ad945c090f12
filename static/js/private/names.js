// What the files of private recordings are called, which the server is never told: sealed to their owner's own
// public key and kept in this browser, until the transcript is opened here and has it in its ciphertext.
import { bound, fromBase64url, padded, toBase64url } from "../crypto/format.js";
import { sealTo } from "../crypto/keys.js";

const KEPT_AS = "sotto-private-names";
const MOST = 200; // the oldest go first: they were opened elsewhere, or never
const IN_PLACE_OF_A_TRANSCRIPT = "name"; // which is not there yet; no transcript has such an id

/** `about` is `{file_name, sha256}`; said again, it replaces what was there. */
export async function keepName({ uid, publicKey, job }, about, storage = globalThis.localStorage) {
  const point = fromBase64url(publicKey);
  const sealed = toBase64url(await sealTo(point, padded(about), bound("sealed", uid, IN_PLACE_OF_A_TRANSCRIPT, job, point)));
  const others = Object.entries(read(storage)).filter(([id]) => id !== job).slice(1 - MOST);
  write(storage, Object.fromEntries([...others, [job, { pk: publicKey, sealed }]]));
}

/** `{file_name, sha256}`, or null where this browser did not send it. */
export async function nameOf(vault, job, storage = globalThis.localStorage) {
  const kept = read(storage)[job];
  if (!kept) return null;
  try {
    return await vault.openResult(IN_PLACE_OF_A_TRANSCRIPT, job, kept.pk, fromBase64url(kept.sealed));
  } catch {
    return null; // of another person, or of keys that are gone
  }
}

export function forgetName(job, storage = globalThis.localStorage) {
  const { [job]: known, ...others } = read(storage);
  if (known) write(storage, others);
}

/** Their keys are gone. */
export const forgetNames = (storage = globalThis.localStorage) => write(storage, {});

function read(storage) {
  try {
    return JSON.parse(storage.getItem(KEPT_AS)) ?? {};
  } catch {
    return {};
  }
}

function write(storage, kept) {
  try {
    if (Object.keys(kept).length) storage.setItem(KEPT_AS, JSON.stringify(kept));
    else storage.removeItem(KEPT_AS);
  } catch {
    // Nothing may be kept here: the transcript is called by its first words.
  }
}

// Who is to be able to open what comes of a recording: its owner and the server, or their passphrase alone.
import { keepName } from "../private/names.js";
import { Pins } from "../private/pins.js";
import { sha256Of } from "../media/sha256.js";
import { Problem } from "./problem.js";

/** The key that was unlocked in this browser, or null. Never one that the server says. */
export function publicKeyOf(uid, storage) {
  try {
    return new Pins(uid, storage).publicKey;
  } catch {
    return null; // storage is switched off
  }
}

/** The name of the reason for which nothing can be private here; "" where it can. `known` is what the server said. */
export function whyNot({ whyNot: known, uid }, { isSecure = globalThis.isSecureContext, storage } = {}) {
  if (known) return known;
  if (!isSecure) return "insecure";
  return publicKeyOf(uid, storage) ? "" : "key";
}

/** Fields of `POST /v1/jobs` for what was chosen. The key is read as late as this: it may have changed meanwhile. */
export function fieldsOf({ uid, ...options }, storage) {
  if (!options.private) return options;
  const publicKey = publicKeyOf(uid, storage);
  if (!publicKey) throw keysProblem();
  return { ...options, public_key: publicKey };
}

/** A refusal of the public key is about keys that were changed elsewhere: the page says what helps. */
export function aboutKeys(problem, { status, body }) {
  return status === 422 && body.includes('"public_key"') ? keysProblem() : problem;
}

const keysProblem = () => new Problem({ code: "keys", title: "", detail: "", status: 422 });

/** What the file is called stays in this browser, sealed; so does what tells it again, once that is known. */
export async function rememberName({ options: { uid }, file }, job) {
  const mine = { uid, publicKey: publicKeyOf(uid), job };
  await keepName(mine, { file_name: file.name, sha256: "" });
  await keepName(mine, { file_name: file.name, sha256: await sha256Of(file) });
}

// What can be done with keys. Each gets `{part, secret, …context}` once its secret was right, asks for what it needs in
// `part`, and resolves to what is then to be done: a function that resolves to null or to the id of a sentence.
import { random } from "../crypto/format.js";
import { CODE_BYTES } from "../crypto/keys.js";
import { keepCode } from "./parts/code.js";
import { choosePassphrase } from "./parts/passphrase.js";
import { anotherSecret, newKeys, rotate } from "./rekey.js";
import { Shelf } from "./shelf.js";

async function passphrase({ part, secret, session, uid, signal }) {
  const fresh = await choosePassphrase(part, { uid, signal });
  return () => anotherSecret(session, secret, fresh);
}

async function code({ part, secret, session, uid, signal }) {
  const fresh = random(CODE_BYTES);
  await keepCode(part, { uid, code: fresh, signal });
  return () => anotherSecret(session, secret, fresh);
}

/** The same passphrase, with as many iterations as a new one has. */
const strengthen = async ({ secret, session }) => () => anotherSecret(session, secret, secret);

async function rotation({ part, secret, session, uid, vault, remote, shelf, signal, busy }) {
  const fresh = await choosePassphrase(part, { uid, signal });
  busy("rewrapping");
  const { made, reason } = await newKeys(session, shelf ?? new Shelf({ vault, remote, pins: session.pins }), secret, fresh);
  busy(null);
  if (reason) return () => reason;
  await keepCode(part, { uid, code: made.code, signal });
  return () => rotate(session, remote, made, fresh);
}

export const ACTS = { passphrase, code, strengthen, rotation };

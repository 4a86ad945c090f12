// Changes of the keys of whoever has unlocked. Each resolves to null, or to the id of a sentence that says why not.
import { Refused } from "../crypto/format.js";
import { Tampered, unlock, withSecret } from "../crypto/vault.js";
import { Overtaken } from "./ledger.js";
import { forgetNames } from "./names.js";
import { RemoteFailed } from "./remote.js";
import { deleteRing, putInstead, readRing, reasonOf } from "./ring.js";
import { sentenceOf } from "./session.js";

/** As it is now, not as it was when this page unlocked it: `{ring}` or `{reason}`. */
async function current({ uid }, ask) {
  const read = await readRing(ask);
  if (read.reason) return read;
  return read.ring && read.uid === uid ? read : { reason: "reload" };
}

/** Whether that passphrase or code opens the keys. Nothing comes of it. */
export async function opens(session, secret, ask) {
  const { ring, reason } = await current(session, ask);
  if (reason) return reason;
  return unlock(session.uid, ring, secret, session.pins.highest).then(() => null, (failed) => sentenceOf(failed, ring, secret));
}

/** Another passphrase (text) or recovery code (bytes), by either of those before: `secret`. */
export async function anotherSecret(session, secret, fresh, ask) {
  const { ring, reason } = await current(session, ask);
  if (reason) return reason;
  let next;
  try {
    next = await withSecret(session.uid, ring, secret, fresh, { pinned: session.pins.highest });
  } catch (failed) {
    return sentenceOf(failed, ring, secret);
  }
  const kept = await putInstead(next, ring.epoch, ask);
  return kept.reason ?? taken(session, next, fresh);
}

/** What this page does from here on, it does with the ring that is there now. */
function taken(session, ring, secret) {
  session.pins.see(ring.epoch, ring.pk);
  return session.unlock(ring, secret);
}

/**
 * `{made: {ring, code, deks, manifest, before}}`, which `rotate` sends once the code was written down; or `{reason}`.
 * `secret` proves that whoever is here knows what opened them until now.
 */
export async function newKeys(session, shelf, secret, passphrase, ask) {
  const { ring, reason } = await current(session, ask);
  if (reason) return { reason };
  try {
    const vault = await unlock(session.uid, ring, secret, session.pins.highest);
    await shelf.load();
    const deks = [...shelf.rows, ...shelf.waiting].filter(({ dek }) => dek).map(({ id, dek }) => ({ tid: id, ...dek }));
    const made = await vault.rotated(passphrase, deks);
    const manifest = await sealedAgain(shelf.manifest, await unlock(session.uid, made.ring, made.code), session.pins);
    return { made: { ...made, manifest, before: ring.epoch } };
  } catch (failed) {
    return { reason: reasonFor(failed, ring, secret) };
  }
}

async function sealedAgain({ epoch: before, entries }, vault, pins) {
  const epoch = before ? before + 1 : pins.afterManifest();
  return { epoch, env: await vault.sealManifest(epoch, entries) };
}

function reasonFor(failed, ring, secret) {
  if (failed instanceof Overtaken) return "reload";
  if (failed instanceof RemoteFailed) return reasonOf(failed.status, failed.problem).reason;
  if (failed instanceof Refused || failed instanceof Tampered) return sentenceOf(failed, ring, secret);
  throw failed;
}

/** All of them at once, or none. */
export async function rotate(session, remote, { before, ...made }, passphrase) {
  try {
    await remote.rotate(made, before);
  } catch (failed) {
    return reasonFor(failed);
  }
  session.pins.seeManifest(made.manifest.epoch, made.ring);
  return taken(session, made.ring, passphrase);
}

/** Everything that was private is lost, for its owner too. */
export async function startOver(session, ask) {
  const { reason = null } = await deleteRing(ask);
  if (reason) return reason;
  session.pins.forgetKey();
  forgetNames();
  session.lock("asked");
  return null;
}

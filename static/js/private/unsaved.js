// Unsaved edits of a private transcript, as the browser keeps them: sealed to their owner's own public key. Not under
// the transcript's, which another device may have replaced when they are brought home; keys before a rotation
// stay in the ring.
import { bound, fromBase64url, padded } from "../crypto/format.js";
import { sealTo } from "../crypto/keys.js";

/** For `Local`: what `tab` keeps of transcript `tid`. */
export function sealing(vault, tid, tab) {
  const job = `edits ${tab}`; // no job has such an id
  const { pk } = vault.ring;
  const point = fromBase64url(pk);
  return {
    seal: async (value) => ({ pk, sealed: await sealTo(point, padded(value), bound("sealed", vault.uid, tid, job, point)) }),
    open: (kept) => vault.openResult(tid, job, kept.pk, kept.sealed).catch(() => null),
  };
}

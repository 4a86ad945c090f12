// How long this device takes to derive keys from a passphrase: what each guess costs, and each unlocking.
import { KEY_BYTES, random } from "../crypto/format.js";
import { ITERATIONS, newSlot } from "../crypto/keys.js";

/** Milliseconds of one derivation. */
export async function measured(iter = ITERATIONS.usual, now = () => performance.now()) {
  const began = now();
  await newSlot("", { id: "m", type: "pass", iter }, "as long as a passphrase is", random(KEY_BYTES));
  return now() - began;
}

import { sha256 } from "../../vendor/noble-hashes/sha2.js";

const SLICE_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a Blob in hex, slice by slice: a two-hour film need not fit into memory. */
export async function sha256Of(blob, onFraction = () => {}) {
  const hash = sha256.create();
  for (let start = 0; start < blob.size; start += SLICE_BYTES) {
    const slice = await blob.slice(start, start + SLICE_BYTES).arrayBuffer();
    hash.update(new Uint8Array(slice));
    onFraction(Math.min(1, (start + SLICE_BYTES) / blob.size));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

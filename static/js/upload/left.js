// What this tab is sending, so that after a reload the same file can go on where it stopped.
// Addresses, sizes and hashes only, never a name or a word of the recording. In sessionStorage:
// it goes with the tab, and no second tab goes on with the same upload.
import { sha256Of } from "../media/sha256.js";

const KEY = "sotto:uploads";
const PROBE_BYTES = 256 * 1024;

export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // nothing may be kept here, or somebody else wrote it
  }
}

/** `record`: `{url, size, print, options, batch}`, one for each upload. */
export function remember(record) {
  keep([...remembered().filter(({ url }) => url !== record.url), record]);
}

export function forget(url) {
  keep(remembered().filter((record) => record.url !== url));
}

/** A hash that tells files apart quickly: of the beginning, the middle and the end. */
export function fingerprint(file) {
  const middle = Math.floor(file.size / 2);
  const probes = [0, middle, Math.max(0, file.size - PROBE_BYTES)];
  return sha256Of(new Blob(probes.map((start) => file.slice(start, start + PROBE_BYTES))));
}

export async function isSame(file, { size, print }) {
  return file.size === size && (await fingerprint(file)) === print;
}

function keep(records) {
  try {
    if (records.length) sessionStorage.setItem(KEY, JSON.stringify(records));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: after a reload this upload begins anew.
  }
}

// All private transcripts as one archive: locked, with the page that opens them, or as plain files. docs/private.md has the format.
import { Refused } from "../crypto/format.js";
import { render } from "../exports/index.js";
import { fileName } from "../exports/name.js";
import { Archive } from "./archive.js";
import { compared } from "./manifest.js";
import { RemoteFailed } from "./remote.js";
import { firstSave, openedMachine, openedText } from "./texts.js";

const FORMAT = "sotto-private-1";
const AT_ONCE = 4;
const PLAIN = Object.freeze({ json: {}, txt: { speakers: null, timestamps: true, paragraphs: true, notes: true } });
const bytesOf = (text) => new TextEncoder().encode(text);
const json = (value) => bytesOf(JSON.stringify(value));

/** Of what the server answers to `…/document`. */
const opened = async (vault, id, got) => (got.sealed ? (await firstSave(vault, id, got)).text : openedText(vault, id, got));

/** What the machine heard, if it is kept and opens: the text itself does not depend on it. */
async function machineOf({ vault, remote }, id, { version }) {
  if (!(version > 1)) return null;
  try {
    const got = await remote.machine(id);
    await openedMachine(vault, id, got);
    return got;
  } catch (failed) {
    if (failed instanceof Refused || failed.status === 404) return null;
    throw failed;
  }
}

/** As it is locked; what does not open is no good to anybody. */
async function lockedFiles(from, { id, created_at, duration }) {
  const got = await from.remote.document(id);
  await opened(from.vault, id, got);
  const machine = await machineOf(from, id, got);
  const kept = { format: FORMAT, uid: from.vault.uid, id, created_at, duration, version: 0, ...got, ...(machine && { machine }) };
  return [[`transcripts/${id}.json`, json(kept)]];
}

async function plainFiles({ vault, remote }, { id, created_at: at }, number) {
  const { content, about } = await opened(vault, id, await remote.document(id));
  const head = { title: about.title, madeOn: at.slice(0, 10) };
  const count = String(number).padStart(5, "0");
  return Object.entries(PLAIN).map(([format, options]) => [`${count}-${fileName(about.title, format)}`, render(format, content.document, options, head)]);
}

const isGone = (failed) => failed instanceof RemoteFailed && failed.status === 404;

/**
 * `{archive, count, lacking: [{id, why}]}`: `why` is "refused" (it does not open), "unreached", "missing" (the server
 * drops it) or "older" (the server offers an older one). `given`: `{vault, remote, listing, entries, besides: [[name, bytes]], isPlain,
 * signal, tell}`; `listing` is that of `remote.list()`, `entries` those of the manifest, `tell(done, all)` hears how far it is.
 * Rejects where `signal` ends it, or the server wants another log-in.
 */
export async function bundled({ vault, remote, listing, entries, besides, isPlain, signal, tell }) {
  const { missing, older } = compared(entries, listing.results);
  const lacking = [...missing.map((id) => ({ id, why: "missing" })), ...older.map((id) => ({ id, why: "older" }))];
  const rows = listing.results.filter(({ id }) => !older.includes(id)).sort((one, other) => one.created_at.localeCompare(other.created_at));
  const archive = new Archive();
  if (!isPlain) archive.add("keyring.json", json({ uid: vault.uid, ring: vault.ring, manifest: listing.manifest }));
  for (const [name, bytes] of besides) archive.add(name, bytes);
  const [files, all] = [isPlain ? plainFiles : lockedFiles, rows.length];
  let [next, done, count] = [0, 0, 0];
  const walk = async () => {
    while (next < all) {
      const number = (next += 1);
      const row = rows[number - 1];
      const made = await files({ vault, remote }, row, number).catch((failed) => whyNot(failed));
      signal.throwIfAborted();
      if (Array.isArray(made)) for (const [name, bytes] of made) archive.add(name, bytes);
      else if (made) lacking.push({ id: row.id, why: made });
      count += Array.isArray(made);
      tell((done += 1), all);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  return { archive: archive.end(), count, lacking };
}

/** Null for what was deleted meanwhile. */
function whyNot(failed) {
  if (isGone(failed)) return null;
  if (failed instanceof RemoteFailed && failed.status !== 401) return "unreached";
  if (failed instanceof Refused || failed instanceof TypeError) return "refused";
  throw failed;
}

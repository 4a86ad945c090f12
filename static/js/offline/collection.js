// What lies in an export, told by what is in a file and not by how it is called.
import { Unreadable, unzipped } from "./unzip.js";

const FORMAT = "sotto-private-1";
const isText = (value) => typeof value === "string" && value !== "";

/** A sentence of words.js about one file. */
export const problem = (id, values = {}) => ({ id, values });

/** `{uid, ring, manifest}` or null, `items` and `problems`. `tell(done, all)` hears how far it is. */
export async function collected(files, tell = () => {}) {
  const found = { keyring: null, items: new Map(), problems: [], readable: 0 };
  const all = await unpacked(files, found.problems);
  for (const [number, file] of all.entries()) {
    tell(number + 1, all.length);
    const json = await jsonOf(file, found.problems);
    if (json) take(json, file, found);
  }
  return { ...found, items: [...found.items.values()] };
}

/** JSON files, those in archives too. */
async function unpacked(files, problems) {
  const all = [];
  for (const file of files) {
    if (!/\.zip$/i.test(file.name)) {
      all.push({ name: file.name, bytes: async () => new Uint8Array(await file.arrayBuffer()) });
      continue;
    }
    try {
      all.push(...(await unzipped(file)));
    } catch (failed) {
      problems.push(problem(failed instanceof Unreadable ? `zip_${failed.why}` : "unread", { name: file.name }));
    }
  }
  return all.filter(({ name }) => /\.json$/i.test(name));
}

/** Null, and a word about it, where it cannot be read. */
async function jsonOf(file, problems) {
  try {
    const json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await file.bytes()));
    if (json !== null && typeof json === "object") return json;
  } catch (failed) {
    if (failed instanceof Unreadable && failed.why === "unknown") return problems.push(problem("file_unknown", file)) && null;
  }
  problems.push(problem("file_broken", file));
  return null;
}

function take(json, file, found) {
  if (isText(json.uid) && json.ring) return takeKeyring(json, file, found);
  const kept = keptIn(json);
  if (kept) return takeItem(kept, file, found);
  if (isText(json.format) && json.format.startsWith("sotto-private-")) found.problems.push(problem("newer", file));
  if (Array.isArray((json.document ?? json).segments)) found.readable += 1;
}

function takeKeyring({ uid, ring, manifest = null }, file, found) {
  const isSame = !found.keyring || (found.keyring.uid === uid && JSON.stringify(found.keyring.ring) === JSON.stringify(ring));
  if (isSame) found.keyring ??= { uid, ring, manifest };
  else found.problems.push(problem("two_keyrings", file));
}

/** Of "download everything", and of the export of an account; null where it is neither. */
function keptIn(json) {
  const { id, uid = null, created_at: createdAt = null, duration = null } = json;
  const facts = { id, uid, createdAt, duration };
  if (!isText(id)) return null;
  if (json.format === FORMAT) return { ...facts, got: json };
  if (json.private === true && json.document) return { ...facts, got: { ...json, ...json.document } };
  return null;
}

/** Of the same transcript twice the newer: archives of two days may lie side by side. */
function takeItem(kept, file, { items, problems }) {
  const version = kept.got.version ?? 0;
  const other = items.get(kept.id);
  if (other) problems.push(problem("twice", file));
  if (other && other.version >= version) return;
  items.set(kept.id, { ...kept, version, name: file.name, got: undefined, ...lightly(kept.got), again: async () => keptIn(await jsonOf(file, [])).got });
}

/** Without the long part, which is read once more when it is wanted. */
const lightly = ({ dek, about, sealed, job, public_key: publicKey }) => ({ dek, about, isSealed: Boolean(sealed), job, publicKey });

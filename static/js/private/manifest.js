// What there should be: `{transcript id: [version, version of its key]}`, sealed by its owner and kept by the server.
//
// A device that has been here before notices what is dropped, rolled back or replaced by something older. A device that
// is here for the first time cannot tell an old state of everything from the newest one, and nobody misses
// a result that was never opened.
import { Tampered } from "../crypto/vault.js";

const isPair = (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((number) => Number.isSafeInteger(number) && number > 0);
const tampered = (what) => {
  throw new Tampered(what);
};

/** `{epoch, entries}` of what the server offers (`{epoch, env}` or null), if it is its owner's and not older than `pinned`. Rejects with Tampered. */
export async function entriesOf(vault, offered, pinned) {
  const epoch = offered?.epoch ?? 0;
  if (!(epoch >= pinned)) tampered("manifest_old");
  if (!offered) return { epoch, entries: new Map() };
  const said = await vault.openManifest(epoch, offered.env).catch(() => tampered("manifest"));
  const entries = new Map(Object.entries(said));
  if (![...entries.values()].every(isPair)) tampered("manifest");
  return { epoch, entries };
}

/** `{missing, older}`: ids of what is not among `rows` (`[{id, version, dek?}]`), or not as new as it was. Throws Tampered where one is listed twice. */
export function compared(entries, rows) {
  const listed = new Map(rows.map((row) => [row.id, row]));
  if (listed.size < rows.length) tampered("twice");
  const isOlder = ([id, [version, dekVersion]]) => listed.has(id) && !(listed.get(id).version >= version && listed.get(id).dek?.version >= dekVersion);
  const ids = (found) => found.map(([id]) => id);
  return { missing: ids([...entries].filter(([id]) => !listed.has(id))), older: ids([...entries].filter(isOlder)) };
}

/** What this page has done to the entries; done again upon those of another page that was quicker. */
export class Changes {
  #saved = new Map(); #gone = new Set();

  /** After `gone` it begins anew, and may be older. */
  saved(id, version, dekVersion) {
    this.#saved.set(id, larger(this.#saved.get(id), [version, dekVersion]));
  }

  gone(id) {
    this.#saved.delete(id);
    this.#gone.add(id);
  }

  /** Entries with them; the given ones stay as they are. */
  upon(entries) {
    const next = new Map(entries);
    for (const id of this.#gone) next.delete(id);
    for (const [id, pair] of this.#saved) next.set(id, larger(next.get(id), pair));
    return next;
  }

  /** Those that are not in what was written: they came while it was. */
  without(written) {
    const left = new Changes();
    const isIn = (id, pair) => written.has(id) && larger(written.get(id), pair).join() === written.get(id).join();
    for (const [id, pair] of this.#saved) if (!isIn(id, pair)) left.saved(id, ...pair);
    for (const id of this.#gone) if (written.has(id) && !this.#saved.has(id)) left.gone(id);
    return left;
  }
}

const larger = (one = [0, 0], other) => [Math.max(one[0], other[0]), Math.max(one[1], other[1])];

export const isSame = (one, other) => one.size === other.size && [...one].every(([id, pair]) => other.get(id)?.join() === pair.join());

// What an unlocked export holds. Words live here until it is locked, and nowhere else.
import { Refused } from "../crypto/format.js";
import { firstSave, openedAbout, openedMachine, openedText } from "../private/texts.js";
import { problem } from "./collection.js";

export const folded = (text) => text.normalize("NFKC").toLowerCase();

/** As the server wrote it, and nobody has saved since. */
const openedSealed = async (vault, id, got) => (await firstSave(vault, id, got)).text;

/** `{document, hasMachine}` of an item, or what the machine heard of it. Rejects with Refused. */
async function opened(vault, { id, isSealed, again }, { isMachine = false } = {}) {
  const got = await again();
  if (isSealed) return (await openedSealed(vault, id, got)).content;
  const { document } = isMachine ? await openedMachine(vault, id, got.machine) : (await openedText(vault, id, got)).content;
  return { document, hasMachine: Boolean(got.machine) };
}

const aboutOf = async (vault, { id, isSealed, version, dek, about, again }) =>
  (isSealed ? (await openedSealed(vault, id, await again())).about : openedAbout(vault, id, { version, dek, about }));

/** Sorted by when they were made, newest first; what does not open is a problem, and the others do. */
export class Opened {
  #vault;
  #texts = new Map();

  constructor(vault, { uid, manifest }) {
    this.#vault = vault;
    Object.assign(this, { uid, manifest, rows: [], problems: [] });
  }

  async load(items, tell = () => {}) {
    for (const [number, item] of items.entries()) {
      await tell(number + 1, items.length);
      await this.#loadOne(item);
    }
    await this.#compare(items);
    this.rows.sort((one, other) => (other.createdAt ?? "").localeCompare(one.createdAt ?? ""));
    return this;
  }

  /** The words of a row, and whether there is more to it. Rejects with Refused. */
  read = (row, which) => opened(this.#vault, row.item, which);

  /** `[{row, hits}]`, most hits first; what was looked through once goes at once. Null where `tell` says no more. */
  async search(query, tell = () => {}) {
    const sought = folded(query.trim());
    const found = [];
    for (const [number, row] of this.rows.entries()) {
      if (!this.#texts.has(row.id) && (await tell(number + 1, this.rows.length)) === false) return null;
      const hits = countIn(await this.#textOf(row), sought);
      if (hits) found.push({ row, hits });
    }
    return found.sort((one, other) => other.hits - one.hits);
  }

  async #loadOne(item) {
    if (item.uid !== null && item.uid !== this.uid) return this.problems.push(problem("of_another", item));
    try {
      const about = await aboutOf(this.#vault, item);
      this.rows.push({ id: item.id, createdAt: item.createdAt, duration: item.duration, title: about.title, isSealed: item.isSealed, item });
    } catch {
      this.problems.push(problem("item_refused", item));
    }
  }

  /** With the list that the owner's browser sealed: what is missing, and what is older than it was. */
  async #compare(items) {
    if (!this.manifest) return;
    const listed = await this.#vault.openManifest(this.manifest.epoch, this.manifest.env).catch(() => null);
    if (!listed) return this.problems.push(problem("manifest_refused"));
    const there = new Map(items.map((item) => [item.id, item]));
    const missing = Object.keys(listed).filter((id) => !there.has(id));
    if (missing.length) this.problems.push(problem("missing", { count: missing.length }));
    for (const [id, [version]] of Object.entries(listed)) {
      const item = there.get(id);
      if (item && item.version < version) this.problems.push(problem("older", { name: item.name, title: this.rows.find((row) => row.id === id)?.title }));
    }
  }

  async #textOf(row) {
    if (!this.#texts.has(row.id)) {
      const text = await this.read(row).then(({ document }) => document.segments.map(({ text: said }) => said).join("\n"), (failed) => {
        if (failed instanceof Refused) return "";
        throw failed;
      });
      this.#texts.set(row.id, folded(`${row.title}\n${text}`));
    }
    return this.#texts.get(row.id);
  }
}

function countIn(text, sought) {
  let hits = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) hits += 1;
  return hits;
}

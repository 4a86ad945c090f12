// What is said in all of them, in this page's memory while it is unlocked. On disk lies only ciphertext (cache.js).
import { Said, extract, fits, isInTitle } from "./said.js";

const AT_ONCE = 4;

/** The extract is bound to a name of its own: nobody can pass it off as the text, or the text as it. */
const nameOf = (id) => `${id} words`;

export class Words {
  #vault; #shelf; #cache; #held = new Map(); #filling = null;

  constructor({ vault, shelf, cache }) {
    [this.#vault, this.#shelf, this.#cache] = [vault, shelf, cache];
  }

  /** Of how many rows what they say is at hand. */
  get count() {
    return this.#shelf.rows.filter((row) => this.#has(row)).length;
  }

  said = (id) => this.#held.get(id)?.said;

  #has = ({ id, version }) => this.#held.get(id)?.version === version;

  /** Until all is at hand. `onProgress` is called after each. Whatever fails is left out: rejects at the end, with the last failure. */
  fill(onProgress = () => {}) {
    this.#filling ??= this.#filled(onProgress).finally(() => { this.#filling = null; });
    return this.#filling;
  }

  /** `[{row, said, isInTitle}]` of those rows that fit. */
  find(rows, query, speaker = "") {
    return rows.flatMap((row) => (fits(query, row, this.said(row.id), speaker) ? [{ row, said: this.said(row.id), isInTitle: isInTitle(query, row) }] : []));
  }

  close() {
    this.#held.clear();
  }

  async #filled(onProgress) {
    const ids = new Set(this.#shelf.rows.map(({ id }) => id));
    for (const id of [...this.#held.keys()]) if (!ids.has(id)) this.#held.delete(id);
    const lacking = this.#shelf.rows.filter((row) => !this.#has(row));
    if (!lacking.length) return;
    const cached = new Map((await this.#cache.all()).map((entry) => [entry.id, entry]));
    await this.#cache.drop([...cached.keys()].filter((id) => !ids.has(id)));
    const queue = lacking[Symbol.iterator]();
    let failed = null;
    const work = async () => {
      for (const row of queue) {
        await this.#take(row, cached.get(row.id)).catch((why) => { failed = why; });
        onProgress();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failed) throw failed;
  }

  async #take(row, entry) {
    const known = entry?.version === row.version && (await this.#opened(row, entry));
    if (known) return this.#hold(row.id, row.version, known);
    const text = await this.#shelf.text(row.id);
    const found = extract(text.content.document);
    this.#hold(row.id, text.version, found);
    const env = await this.#vault.sealText(text.dek, nameOf(row.id), text.version, found);
    return this.#cache.keep({ id: row.id, version: text.version, env });
  }

  /** Null where the key is another by now, or the disk says something else. */
  async #opened({ id, version, dek }, { env }) {
    try {
      return await this.#vault.openText(await this.#vault.dek(id, dek.version, dek.env), nameOf(id), version, env);
    } catch {
      return null;
    }
  }

  #hold(id, version, found) {
    if (this.#shelf.row(id)) this.#held.set(id, { version, said: new Said(found) });
  }
}

// Edits that are not saved yet, kept by the browser: they outlive its tab, and its being killed.
const DATABASE = "sotto-editor";
const EDITS = "edits"; // {number, transcript, tab, base, operations}, or {number, transcript, tab, kept}
const SENT = "sent"; // {transcript, tab, base, batch, last}: what was sent, and may have arrived

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function opened() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    const edits = request.result.createObjectStore(EDITS, { keyPath: "number", autoIncrement: true });
    edits.createIndex("by-tab", ["transcript", "tab"]);
    request.result.createObjectStore(SENT, { keyPath: ["transcript", "tab"] });
  };
  return promised(request);
}

const OPENLY = { seal: async (edit) => edit, open: async (edit) => edit };

/**
 * What one tab keeps of one transcript. Where the browser keeps nothing, the tab's memory has to do.
 * With a `sealing`, `{seal, open}`, the browser is told no more of an edit than what `seal` makes of it;
 * `open` resolves to null where it cannot.
 */
export class Local {
  #database;
  #key;
  #sealing;

  static async open(transcript, tab, sealing = OPENLY) {
    const local = new Local();
    local.#key = [transcript, tab];
    local.#sealing = sealing;
    local.#database = await opened().catch(() => null);
    return local;
  }

  get isLasting() {
    return this.#database !== null;
  }

  /** Returns the number that the edit is kept under. */
  async add(base, operations) {
    const [transcript, tab] = this.#key;
    const kept = await this.#sealing.seal({ base, operations });
    return this.#in(EDITS, (edits) => edits.add({ transcript, tab, ...(this.#sealing === OPENLY ? kept : { kept }) }));
  }

  /** In their order: `[{number, base, operations}]`; up to the first that cannot be opened. */
  async edits() {
    const all = (await this.#in(EDITS, (edits) => edits.index("by-tab").getAll(this.#key), "readonly")) ?? [];
    const opened = await Promise.all(all.map(({ kept, ...edit }) => this.#sealing.open(kept ?? edit)));
    const unreadable = opened.indexOf(null);
    return opened.slice(0, unreadable < 0 ? undefined : unreadable).map((edit, index) => ({ ...edit, number: all[index].number }));
  }

  async sent() {
    return (await this.#in(SENT, (sent) => sent.get(this.#key), "readonly")) ?? null;
  }

  async markSent({ base, batch, last }) {
    const [transcript, tab] = this.#key;
    await this.#in(SENT, (sent) => sent.put({ transcript, tab, base, batch, last }));
  }

  /** Up to and with the number `last` they are saved, or given up. */
  async forget(last) {
    const all = (await this.#in(EDITS, (edits) => edits.index("by-tab").getAllKeys(this.#key), "readonly")) ?? [];
    const numbers = all.filter((number) => number <= last);
    await this.#in(EDITS, (edits) => numbers.forEach((number) => edits.delete(number)));
    await this.#in(SENT, (sent) => sent.delete(this.#key));
  }

  /** The tabs that left edits of this transcript behind, and are closed. */
  static async orphans(transcript, isOpen) {
    const database = await opened().catch(() => null);
    if (!database) return [];
    const all = await promised(database.transaction(EDITS).objectStore(EDITS).getAll());
    const tabs = new Set(all.filter((edit) => edit.transcript === transcript).map((edit) => edit.tab));
    return [...tabs].filter((tab) => !isOpen(tab));
  }

  async #in(name, act, mode = "readwrite") {
    if (!this.#database) return undefined;
    const transaction = this.#database.transaction(name, mode, { durability: "strict" });
    const outcome = act(transaction.objectStore(name));
    return outcome instanceof IDBRequest ? promised(outcome) : outcome;
  }
}

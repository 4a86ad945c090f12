// The highest epoch of a person's ring that this browser has seen: an integer, and no secret.
const KEY = "sotto-epoch-";

export class Pins {
  #key; #storage;

  constructor(uid, storage = globalThis.localStorage) {
    [this.#key, this.#storage] = [KEY + uid, storage];
  }

  /** 0 where nothing was seen, or nothing that could have been written here. */
  get highest() {
    const kept = this.#storage.getItem(this.#key) ?? "";
    return /^[1-9]\d{0,8}$/.test(kept) ? Number(kept) : 0;
  }

  /** Only what was unlocked: an epoch that a server merely says would shut its owner out. */
  see(epoch) {
    if (epoch > this.highest) this.#storage.setItem(this.#key, String(epoch));
  }

  /** For a ring that begins anew where there was one: below, other visits from here would call it old. */
  after(epoch = 0) {
    return Math.max(epoch, this.highest) + 1;
  }
}

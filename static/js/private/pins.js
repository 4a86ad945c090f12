// What this browser has seen of a person's ring: the highest epoch, and the public key that it had. No secrets.
const [EPOCH, PUBLIC] = ["sotto-epoch-", "sotto-public-"];

export class Pins {
  #uid; #storage;

  constructor(uid, storage = globalThis.localStorage) {
    [this.#uid, this.#storage] = [uid, storage];
  }

  #kept = (what, rule) => {
    const kept = this.#storage.getItem(what + this.#uid) ?? "";
    return rule.test(kept) ? kept : null;
  };

  /** 0 where nothing was seen, or nothing that could have been written here. */
  get highest() {
    return Number(this.#kept(EPOCH, /^[1-9]\d{0,8}$/));
  }

  /** What private recordings are sealed to from here; null where none was seen. */
  get publicKey() {
    return this.#kept(PUBLIC, /^[\w-]{87}$/);
  }

  /** Only what was unlocked: an epoch that a server merely says would shut its owner out, and its key would be the server's. */
  see(epoch, publicKey = null) {
    if (epoch < this.highest) return;
    this.#storage.setItem(EPOCH + this.#uid, String(epoch));
    if (publicKey) this.#storage.setItem(PUBLIC + this.#uid, publicKey);
  }

  /** For a ring that begins anew where there was one: below, other visits from here would call it old. */
  after(epoch = 0) {
    return Math.max(epoch, this.highest) + 1;
  }

  /** The ring is gone: nothing is sealed to its key any more. Its epoch stays, so that nobody brings it back. */
  forgetKey() {
    this.#storage.removeItem(PUBLIC + this.#uid);
  }
}

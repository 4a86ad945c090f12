// What this browser has seen of a person's ring: the highest epoch, and the public key that it had; and the highest epoch
// of the manifest (manifest.js), with the key of the ring that it belonged to. No secrets.
const [EPOCH, PUBLIC, MANIFEST] = ["sotto-epoch-", "sotto-public-", "sotto-manifest-"];

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

  #manifest = () => (this.#kept(MANIFEST, /^[1-9]\d{0,8} [\w-]{87}$/) ?? "0 ").split(" ");

  /** For a ring with `pairs`, its own and those from before: one that somebody began anew has none that was seen here. */
  manifestOf({ pairs }) {
    const [epoch, publicKey] = this.#manifest();
    return pairs.some(({ pk }) => pk === publicKey) ? Number(epoch) : 0;
  }

  /** Of any ring: below, other visits from here would call it old. */
  afterManifest = (epoch = 0) => Math.max(epoch, Number(this.#manifest()[0])) + 1;

  /** `isLess`: its owner says that an older one is right. */
  seeManifest(epoch, ring, isLess = false) {
    if (epoch && (isLess || epoch > this.manifestOf(ring))) this.#storage.setItem(MANIFEST + this.#uid, `${epoch} ${ring.pk}`);
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

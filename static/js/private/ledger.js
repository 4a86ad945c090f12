// The manifest of whoever has unlocked, as this page last saw it, and what the page has done since.
import { Changes, entriesOf, isSame } from "./manifest.js";

const MOST_TRIES = 5;

/** Other keys are there by now (rotated, or begun anew): unlock again. */
export class Overtaken extends Error {}

export class Ledger {
  #vault; #remote; #pins; #entries = new Map(); #epoch = 0; #changes = new Changes(); #writing = null;

  constructor({ vault, remote, pins }) {
    [this.#vault, this.#remote, this.#pins] = [vault, remote, pins];
  }

  /** For keys that take the place of these: what they seal again. */
  get kept() {
    return { epoch: this.#epoch, entries: Object.fromEntries(this.#entries) };
  }

  /** With what was not written yet: id → [version, version of its key]. */
  get entries() {
    return this.#changes.upon(this.#entries);
  }

  saved = (id, version, dekVersion) => this.#changes.saved(id, version, dekVersion);
  gone = (id) => this.#changes.gone(id);

  /** Takes what the server offers, if it can be right. `mayBeOld`: its owner says so. Rejects with Tampered. */
  async read(offered, mayBeOld = false) {
    const { ring } = this.#vault;
    const seen = await entriesOf(this.#vault, offered, mayBeOld ? 0 : this.#pins.manifestOf(ring));
    [this.#entries, this.#epoch] = [seen.entries, seen.epoch];
    if (mayBeOld) this.#changes = new Changes();
  }

  /** Only what has turned out to be right: an epoch that a server merely says would shut its owner out. */
  pin(isLess = false) {
    this.#pins.seeManifest(this.#epoch, this.#vault.ring, isLess);
  }

  /** One at a time; what comes meanwhile is written after it. Rejects with Tampered, Overtaken or RemoteFailed. */
  write() {
    this.#writing ??= this.#written().finally(() => { this.#writing = null; });
    return this.#writing;
  }

  async #written() {
    for (let tries = MOST_TRIES; !isSame(this.entries, this.#entries);) {
      if (await this.#put(this.entries)) continue;
      tries -= 1;
      if (!tries) throw new Overtaken();
      await this.read(await this.#remote.manifest());
    }
  }

  /** False where another page was quicker. */
  async #put(next) {
    const { ring } = this.#vault;
    const epoch = this.#epoch ? this.#epoch + 1 : this.#pins.afterManifest();
    const env = await this.#vault.sealManifest(epoch, Object.fromEntries(next));
    try {
      await this.#remote.putManifest({ epoch, env, ring_epoch: ring.epoch });
    } catch (failed) {
      if (failed.status !== 409) throw failed;
      if (failed.problem.errors?.ring_epoch) throw new Overtaken();
      return false;
    }
    [this.#entries, this.#epoch] = [next, epoch];
    this.#changes = this.#changes.without(next);
    this.pin();
    return true;
  }
}

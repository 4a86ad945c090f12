// Takes edits, keeps them where a crash does not reach, and brings them to the store in their order.
import { newId } from "./editing.js";
import { StoreFailed } from "./store.js";

export const SAVE_AFTER_MS = 2000;
const TRY_AGAIN_MS = [2000, 5000, 15000, 30000];
const MOST_OPERATIONS = 2000;

/**
 * `state` is one of "saved", "waiting" (some are about to be sent), "saving", "offline", "locked"
 * (logged out), "gone" (deleted elsewhere), "conflict", "refused". Each change of it is told by a
 * `state` event; what others did meanwhile by `others`, a clash by `conflict`.
 */
export class Outbox extends EventTarget {
  state = "saved";
  #edits = []; // {number, operations}, oldest first
  #sending = null; // {base, batch, count}
  #timer = 0;
  #failures = 0;
  #running = false;
  #isEnded = false;
  #written = Promise.resolve();

  constructor(store, local, version, kind) {
    super();
    Object.assign(this, { store, local, version, kind });
  }

  get count() {
    return this.#edits.length;
  }

  /** Whether the browser has still to write some of it down. */
  get isWriting() {
    return this.local.isLasting && this.#edits.some((edit) => edit.number === null);
  }

  /** All that is not known to be saved, in order. */
  get operations() {
    return this.#edits.flatMap((edit) => edit.operations);
  }

  add(operations) {
    const edit = { operations, number: null };
    this.#edits.push(edit);
    const { version } = this;
    this.#written = this.#written.then(async () => {
      edit.number = (await this.local.add(version, operations)) ?? null;
    });
    if (["saved", "waiting"].includes(this.state)) this.#tell("waiting");
    else this.dispatchEvent(new Event("state"));
    if (!this.#timer && this.#isFree) this.#in(this.store.pauseMs ?? SAVE_AFTER_MS);
    return this.#written;
  }

  /** Now, and not in two seconds. Resolves when nothing is left or nothing more can be done. */
  async flush(options) {
    if (this.#running || this.#isStuck) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#running = true;
    try {
      while (this.#edits.length && (await this.#send(options)));
    } finally {
      this.#running = false;
    }
  }

  /** What another tab left behind, or this one before a clash was settled. */
  adopt(edits) {
    this.#edits.push(...edits);
  }

  /** The clash is settled: these are what is left to save, upon that version. */
  async startOver(version, operations) {
    await this.#written;
    const last = this.#edits.at(-1)?.number;
    if (last) await this.local.forget(last);
    this.#edits = [];
    this.#sending = null;
    this.version = version;
    this.#tell("saved");
    if (operations.length) await this.add(operations);
  }

  /** After logging in again, or when the line is back. */
  resume() {
    if (this.state === "locked" || this.state === "offline") this.#tell("waiting");
    return this.flush();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** What is being sent goes on; what does not arrive stays with the browser, until somebody opens it again. */
  end() {
    this.#isEnded = true;
    this.stop();
  }

  get #isStuck() {
    return ["gone", "conflict", "refused", "locked"].includes(this.state);
  }

  get #isFree() {
    return !this.#running && !this.#isStuck;
  }

  #in(milliseconds) {
    if (this.#isEnded) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), milliseconds);
  }

  /** One batch. False: not now. */
  async #send(options) {
    await this.#written;
    const batch = this.#batch();
    const operations = this.#edits.slice(0, batch.count).flatMap((edit) => edit.operations);
    const last = this.#edits[batch.count - 1].number;
    if (last) await this.local.markSent({ base: batch.base, batch: batch.batch, last });
    this.#tell("saving");
    try {
      const saved = await this.store.save({ base: batch.base, batch: batch.batch, operations }, options);
      this.#edits.splice(0, batch.count);
      this.#sending = null;
      this.#failures = 0;
      this.version = saved.version;
      if (last) await this.local.forget(last);
      if (saved.others.length) this.dispatchEvent(new CustomEvent("others", { detail: saved.others }));
      this.#tell(this.#edits.length ? "waiting" : "saved");
      return true;
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      await this.#failed(failed);
      return false;
    }
  }

  /** What was sent once is sent again as it was: it may have arrived. */
  #batch() {
    if (this.#sending) return this.#sending;
    let [count, operations] = [0, 0];
    while (count < this.#edits.length && operations < MOST_OPERATIONS) {
      operations += this.#edits[count].operations.length;
      count += 1;
    }
    this.#sending = { base: this.version, batch: newId(), count };
    return this.#sending;
  }

  async #failed(failed) {
    if (failed.isPassing) {
      this.#tell("offline");
      this.#in(TRY_AGAIN_MS[Math.min(this.#failures++, TRY_AGAIN_MS.length - 1)]);
    } else if (failed.status === 409) {
      this.#tell("conflict");
      this.dispatchEvent(new CustomEvent("conflict", { detail: failed.problem }));
    } else if (failed.status === 422 || failed.status === 413) {
      this.#tell("refused");
    } else {
      const place = await this.store.whereabouts(this.kind);
      this.#tell({ gone: "gone", locked: "locked" }[place] ?? "offline");
      if (place === "away" || place === "here") this.#in(TRY_AGAIN_MS[0]);
    }
  }

  #tell(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * Bring to the store what closed tabs left behind. Returns the clashes that there were:
 * `[{operations, problem}]`; what cannot be sent now stays where it is.
 */
export async function bringHome(store, locals) {
  const left = [];
  for (const local of locals) {
    const edits = await local.edits();
    if (edits.length) left.push(...(await bringOne(store, local, edits)));
  }
  return left;
}

async function bringOne(store, local, edits) {
  const sent = await local.sent();
  let base = sent?.base ?? edits[0].base;
  const first = sent ? edits.filter((edit) => edit.number <= sent.last) : edits;
  const rest = edits.slice(first.length);
  for (const [part, batch] of [[first, sent?.batch ?? newId()], [rest, newId()]]) {
    if (!part.length) continue;
    const operations = part.flatMap((edit) => edit.operations);
    const last = part.at(-1).number;
    await local.markSent({ base, batch, last });
    try {
      base = (await store.save({ base, batch, operations })).version;
      await local.forget(last);
    } catch (failed) {
      if (!(failed instanceof StoreFailed) || failed.isPassing) return [];
      await local.forget(edits.at(-1).number);
      const unsaved = edits.slice(edits.indexOf(part[0])).flatMap((edit) => edit.operations);
      return [{ operations: unsaved, problem: failed.problem }];
    }
  }
  return [];
}

// The private transcripts of whoever has unlocked: what the server offers, checked against what its owner left there.
//
// Once something is not right nothing is sent any more: everything rejects with the same Tampered, whose `what` is
//   "manifest"      the list of what there is does not open      "manifest_old"  it is older than one seen in this browser
//   "missing"       something on it is not offered               "rollback"      something is offered as it was earlier
//   "texts"         one does not open where it lies              "twice"         one is offered twice
// `suspects` are their ids. Of some (`ACCEPTABLE`) its owner may know why: see `accept`.
import { Refused } from "../crypto/format.js";
import { Tampered } from "../crypto/vault.js";
import { newId } from "../editor/editing.js";
import { changed } from "./history.js";
import { Ledger, Overtaken } from "./ledger.js";
import { compared } from "./manifest.js";
import { forgetName, nameOf } from "./names.js";
import { firstSave, openedAbout, openedText, sealedText } from "./texts.js";

export const ACCEPTABLE = Object.freeze(["manifest_old", "missing", "rollback", "texts"]);
const suspicious = (what, ids) => Object.assign(new Tampered(what), { ids });

/** Dispatches "changed" when there are other rows, "tampered" and "overtaken" once. */
export class Shelf extends EventTarget {
  #vault; #remote; #ledger; #rows = new Map(); #waiting = new Map(); #leaving = new Set();
  #adopting = new Map(); #accepted = new Set(); #stopped = null;
  suspects = [];

  constructor({ vault, remote, pins }) {
    super();
    [this.#vault, this.#remote, this.#ledger] = [vault, remote, new Ledger({ vault, remote, pins })];
  }

  /** `[{id, version, dek: {version, env}, title, folder, tags, speakers, file_name, sha256, created_at, updated_at, duration, language, model, favourite}]` */
  get rows() {
    return [...this.#rows.values()];
  }

  row = (id) => this.#rows.get(id);

  /** What everything rejects with by now; null while all is right. */
  get stopped() {
    return this.#stopped;
  }

  /** What nobody has opened yet, or nobody can: `[{id, created_at, duration, …, isRefused}]`. */
  get waiting() {
    return [...this.#waiting.values()];
  }

  /** `{epoch, entries}`, for keys that take the place of these. */
  get manifest() {
    return this.#ledger.kept;
  }

  /** Resolves when all titles can be read and all is as it was left. Rejects with Tampered, Overtaken or RemoteFailed. */
  async load() {
    await this.#look().catch((failed) => {
      if (!(failed instanceof Tampered) || failed === this.#stopped) throw failed;
      return this.#look().catch((again) => this.#refuse(again)); // another page may have saved or deleted between two answers
    });
    this.#tell("changed");
    await this.#write();
  }

  /** Its owner knows why, and takes what is there for right. */
  async accept() {
    if (!ACCEPTABLE.includes(this.#stopped?.what)) this.#refuseIfStopped();
    this.#accepted.add(this.#stopped.what);
    [this.#stopped, this.suspects] = [null, []];
    await this.load();
    this.#accepted.clear();
  }

  /** `openedText` of texts.js, at least as new as it was left. What a worker sealed is saved first. */
  async text(id) {
    this.#refuseIfStopped();
    if (this.#waiting.has(id)) await this.adopt(id);
    const got = await this.#remote.document(id);
    const [version = 0, dekVersion = 0] = this.#ledger.entries.get(id) ?? [];
    if (!got.dek || got.version < version || got.dek.version < dekVersion) this.#refuse(suspicious("rollback", [id]));
    return openedText(this.#vault, id, got).catch(async (failed) => {
      await this.#look().catch((again) => this.#refuse(again)); // its key may lie under other keys by now
      return this.#refuse(failed, [id]);
    });
  }

  /** What a worker sealed, as a first version. False where it does not open, or where another page was quicker. */
  adopt(id) {
    this.#refuseIfStopped();
    if (!this.#adopting.has(id)) this.#adopting.set(id, this.#adopted(id).finally(() => this.#adopting.delete(id)));
    return this.#adopting.get(id);
  }

  /** All that wait, one after the other. */
  async adoptAll() {
    const others = [];
    for (const { id, isRefused } of this.waiting) if (!isRefused && !(await this.adopt(id))) others.push(id);
    if (others.some((id) => !this.#waiting.has(id))) await this.load();
  }

  /** After each save. `dek` is `{version, env}` where it is a new one. */
  async saved(id, version, dekVersion, { title, folder, tags, speakers }, dek = this.row(id)?.dek) {
    this.#refuseIfStopped();
    this.#rows.set(id, { ...this.row(id), id, version, dek, title, folder, tags, speakers, updated_at: new Date().toISOString() });
    this.#ledger.saved(id, version, dekVersion);
    this.#tell("changed");
    await this.#write();
  }

  /** `change` gives what is new of `{title, folder, tags}`. Rejects with RemoteFailed. */
  async relabel(id, change) {
    const before = await this.text(id);
    const { version, content } = changed(before, { base: before.version, batch: newId(), operations: [] });
    const text = { ...before, version, content, about: { ...before.about, ...change(before.about) } };
    await this.#remote.put(id, await sealedText(this.#vault, id, text), { base: before.version });
    await this.saved(id, text.version, text.dekVersion, text.about, { version: text.dekVersion, env: text.dekEnv });
  }

  async favourite(id, yes) {
    this.#refuseIfStopped();
    await this.#remote.favourite(id, yes);
    this.row(id).favourite = yes;
    this.#tell("changed");
  }

  /** Off the manifest first: whoever looks in between finds something new there, not something missing. */
  async remove(ids) {
    this.#refuseIfStopped();
    for (const id of ids) {
      this.#leaving.add(id);
      this.#ledger.gone(id);
    }
    try {
      await this.#write();
      for (const id of ids) {
        await this.#remote.remove(id).catch((failed) => failed.status === 404 || Promise.reject(failed));
        this.#leave(id);
      }
    } finally {
      for (const id of ids) this.#leaving.delete(id);
    }
  }

  /** It has been deleted, or is private no longer. */
  async removed(id) {
    this.#ledger.gone(id);
    this.#leave(id);
    await this.#write();
  }

  /** Nothing of it is left, and nothing is done any more. */
  close() {
    this.#stopped ??= new Overtaken();
    for (const held of [this.#rows, this.#waiting]) held.clear();
  }

  async #look() {
    this.#refuseIfStopped();
    const offered = await this.#remote.list();
    const mayBeOld = this.#accepted.has("manifest_old");
    try {
      await this.#ledger.read(offered.manifest, mayBeOld);
      this.#compare(offered.results);
      await this.#take(offered.results.filter(({ id }) => !this.#leaving.has(id)));
    } catch (failed) {
      if (failed instanceof Tampered && offered.epoch > this.#vault.ring.epoch) throw this.#stop(new Overtaken(), "overtaken");
      throw failed;
    }
    for (const { id, version, dek } of this.rows) this.#ledger.saved(id, version, dek.version);
    this.#ledger.pin(mayBeOld);
  }

  /** What its owner has accepted is taken off, and comes back as it is found. */
  #compare(results) {
    const { missing, older } = compared(this.#ledger.entries, results);
    for (const [what, ids] of [["missing", missing], ["rollback", older]]) {
      if (ids.length && !this.#accepted.has(what)) throw suspicious(what, ids);
      for (const id of ids) this.#ledger.gone(id);
    }
  }

  async #take(results) {
    const saved = results.filter(({ is_sealed }) => !is_sealed);
    const opened = await Promise.all(saved.map((row) => this.#opened(row)));
    const refused = saved.filter((_, at) => !opened[at]).map(({ id }) => id);
    if (refused.length && !this.#accepted.has("texts")) throw suspicious("texts", refused);
    const waiting = results.filter(({ id, is_sealed }) => is_sealed || refused.includes(id));
    const wasRefused = (id) => refused.includes(id) || Boolean(this.#waiting.get(id)?.isRefused);
    this.#rows = new Map(opened.filter(Boolean).map((row) => [row.id, row]));
    this.#waiting = new Map(waiting.map((row) => [row.id, { ...row, isRefused: wasRefused(row.id) }]));
  }

  /** With its title; null where that is not its own. Where there is none the text has to prove that it is. */
  async #opened({ about, ...row }) {
    const known = this.row(row.id);
    if (known?.version === row.version && known.dek.version === row.dek?.version) return { ...known, ...row };
    try {
      if (about) return { ...row, ...(await openedAbout(this.#vault, row.id, { ...row, about })) };
      const text = await openedText(this.#vault, row.id, await this.#remote.document(row.id));
      return { ...row, version: text.version, dek: { version: text.dekVersion, env: text.dekEnv }, ...text.about };
    } catch (failed) {
      if (failed instanceof Refused || failed instanceof TypeError) return null; // an answer of another shape, too
      throw failed;
    }
  }

  async #adopted(id) {
    const got = await this.#remote.document(id);
    const made = got.dek ? null : await firstSave(this.#vault, id, got, await nameOf(this.#vault, got.job)).catch(() => null);
    const { job: _job, public_key: _key, is_sealed: _sealed, isRefused: _refused, ...row } = this.#waiting.get(id) ?? {};
    if (!got.dek && !made) {
      this.#waiting.set(id, { ...row, isRefused: true });
      this.#tell("changed");
      return false;
    }
    this.#refuseIfStopped();
    const isOurs = made && (await this.#remote.put(id, made.body, { first: true }).then(() => true, wasQuicker));
    this.#waiting.delete(id);
    if (!isOurs) return false;
    this.#rows.set(id, { ...row, id, ...made.text.about });
    forgetName(got.job);
    await this.saved(id, 1, 1, made.text.about, made.body.dek);
    return true;
  }

  #leave(id) {
    this.#rows.delete(id);
    this.#waiting.delete(id);
    this.#tell("changed");
  }

  async #write() {
    this.#refuseIfStopped();
    await this.#ledger.write().catch((failed) => this.#refuse(failed));
  }

  #refuseIfStopped() {
    if (this.#stopped) throw this.#stopped;
  }

  #refuse(failed, ids = failed.ids) {
    this.#refuseIfStopped();
    if (failed instanceof Overtaken) throw this.#stop(failed, "overtaken");
    if (failed instanceof Tampered) throw this.#stop(failed, "tampered", ids);
    if (failed instanceof Refused) throw this.#stop(new Tampered("texts"), "tampered", ids);
    throw failed;
  }

  #stop(why, event, ids = []) {
    [this.#stopped, this.suspects] = [why, ids];
    this.#tell(event);
    return why;
  }

  #tell(what) {
    this.dispatchEvent(new CustomEvent(what));
  }
}

const wasQuicker = (failed) => {
  if (failed.status === 412) return false;
  throw failed;
};

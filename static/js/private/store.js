// Where a private transcript lives: as ciphertext on the server, of which each save replaces the whole, and open in
// this page. The same to the editor as ../editor/store.js; nobody hears anything again here.
import { Refused } from "../crypto/format.js";
import { Tampered } from "../crypto/vault.js";
import { difference } from "../editor/differences.js";
import { newId } from "../editor/editing.js";
import { StoreFailed } from "../editor/store.js";
import { MACHINE, changed, documentAt, listed, thin, wayBack } from "./history.js";
import { Overtaken } from "./ledger.js";
import { RemoteFailed } from "./remote.js";
import { isOfOldKeys, openedMachine, rekeyed, sealedText } from "./texts.js";

const TRIES = 5; // so many others may come first, one after the other
const PAUSE_MS = Object.freeze({ least: 2000, most: 60_000 });
const PAUSES_PER_SAVE = 4; // whoever edits ten hours is not sending all the time
const KEEPALIVE_CHARACTERS = 50_000; // with all around it, more a browser does not send on its way out

/** Dispatches "version" with each save, "about" when title and the like are others than before, "overtaken" when other keys are there by now. */
export class PrivateStore extends EventTarget {
  #tid; #vault; #remote; #shelf;
  #text = null; // as texts.js has it: what the server holds, as far as this page knows
  #heard = null; // content of version 1
  #turn = Promise.resolve();
  #pauseMs = PAUSE_MS.least;
  #isOver = false; // nothing more is sent

  /** `shelf` has been loaded: it opens, and says when something is not what was left there. */
  constructor({ tid, vault, remote, shelf }) {
    super();
    [this.#tid, this.#vault, this.#remote, this.#shelf] = [tid, vault, remote, shelf];
  }

  /** How long to wait for more edits before they are sent: longer where all of it takes long to send. */
  get pauseMs() {
    return this.#pauseMs;
  }

  get about() {
    return this.#text.about;
  }

  get number() {
    return this.#text.version;
  }

  get document() {
    return this.#text.content.document;
  }

  /** `{document, version}`. Rejects with StoreFailed, as all here does. */
  load() {
    return this.#inTurn(async () => {
      await this.#reload();
      return { document: thin(this.document), version: this.number };
    });
  }

  /** As the editor's store; all of it is sent each time. */
  save(change, options) {
    return this.#inTurn(() => this.#change(() => change, options));
  }

  restore(number, base) {
    const batch = newId();
    return this.#inTurn(() => this.#change(async () => ({ base, batch, operations: await this.#back(number), restores: number })));
  }

  /** `{title, folder, tags}`, or some of them. */
  label(labels) {
    const batch = newId();
    return this.#inTurn(() => this.#change(() => ({ base: this.number, batch, operations: [] }), { labels }));
  }

  async versions(before) {
    return listed(await this.#held(), before);
  }

  async version(number) {
    const text = await this.#held();
    const document = documentAt(text, number) ?? (number === MACHINE ? await this.machine() : null);
    if (!document) throw new StoreFailed(404);
    const operations = text.content.history.find((entry) => entry.number === number)?.operations ?? [];
    const isHeard = number === MACHINE;
    return { number, document, operations, heard: isHeard ? document : null, heard_by: isHeard ? document.model : null };
  }

  async machine() {
    await this.#held();
    return (await this.#inTurn(() => this.#machine())).document;
  }

  async whereabouts() {
    if (this.#isOver) return "locked";
    for (const [ask, status, place] of [[this.#remote.manifest, 0, ""], [() => this.#remote.document(this.#tid), 404, "gone"]]) {
      try {
        await ask();
      } catch (failed) {
        if (!(failed instanceof RemoteFailed)) throw failed;
        if (failed.isPassing) return "away";
        return failed.status === status ? place : "locked";
      }
    }
    return "here";
  }

  #inTurn(act) {
    const turn = this.#turn.then(act).catch((failed) => this.#failed(failed));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #failed(failed) {
    if (failed instanceof Overtaken) this.#end();
    if (!(failed instanceof Refused || failed instanceof Tampered)) throw failed;
    this.#isOver = true;
    throw new StoreFailed(422, { code: "tampered" });
  }

  async #held() {
    if (!this.#text) await this.load();
    return this.#text;
  }

  async #change(changeOf, { labels = {}, keepalive = false } = {}) {
    if (!this.#text) await this.#reload();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const change = await changeOf();
      if (change.restores && !change.operations.length) return { version: this.number, others: [] };
      const { version, others, content } = changed(this.#text, change);
      const said = { version, others: others.filter(({ operations }) => operations.length) };
      if (!content || (await this.#put({ ...this.#text, version, content, about: { ...this.about, ...labels } }, keepalive))) return said;
      await this.#reload();
    }
    throw new StoreFailed(503);
  }

  /** What makes it again what it was then. */
  async #back(number) {
    const known = wayBack(this.#text, number);
    if (known) return known;
    if (number !== MACHINE) throw new StoreFailed(404);
    return difference(this.document, (await this.#machine()).document);
  }

  /** False: another version is there by now. */
  async #put(text, keepalive) {
    const began = performance.now();
    const isOld = isOfOldKeys(this.#vault, text);
    const next = isOld ? await rekeyed(this.#vault, this.#tid, text) : text;
    const body = await sealedText(this.#vault, this.#tid, next, isOld ? await this.#machine() : null);
    const isShort = body.document.ct.length < KEEPALIVE_CHARACTERS;
    const isKept = await this.#asked(() => this.#remote.put(this.#tid, body, { base: text.version - 1, keepalive: keepalive && isShort }));
    if (!isKept) return false;
    this.#pauseMs = Math.min(PAUSE_MS.most, Math.max(PAUSE_MS.least, PAUSES_PER_SAVE * (performance.now() - began)));
    this.#hold(next);
    this.#shelf.saved(this.#tid, next.version, next.dekVersion, next.about, body.dek).catch(() => {}); // it tells by itself
    return true;
  }

  async #reload() {
    const isNew = !this.#shelf.row(this.#tid); // it was heard after the shelf was loaded
    if (isNew) await this.#asked(() => this.#shelf.load());
    const text = await this.#asked(() => this.#shelf.text(this.#tid));
    if (this.#text?.version !== text.version) this.#hold(text);
  }

  #hold(text) {
    const { version, about } = this.#text ?? {};
    this.#text = text;
    this.dispatchEvent(new Event("version"));
    if (version && JSON.stringify(about) !== JSON.stringify(text.about)) this.dispatchEvent(new Event("about"));
  }

  async #machine() {
    if (this.number === MACHINE) return this.#text.content;
    this.#heard ??= await openedMachine(this.#vault, this.#tid, await this.#asked(() => this.#remote.machine(this.#tid)));
    return this.#heard;
  }

  /** Its answer, or null where another version is there than was said. */
  async #asked(ask) {
    if (this.#isOver) throw new StoreFailed(401);
    try {
      return await ask();
    } catch (failed) {
      if (!(failed instanceof RemoteFailed)) throw failed;
      if (failed.problem.errors?.ring_epoch) this.#end();
      if (failed.status === 409) return null;
      throw new StoreFailed(failed.status, failed.problem);
    }
  }

  /** Nothing may be saved under the keys of this page. */
  #end() {
    if (!this.#isOver) this.dispatchEvent(new Event("overtaken"));
    this.#isOver = true;
    throw new StoreFailed(401);
  }
}

// Tabs that edit one transcript: the editor's own model and outbox, with the server at the other end
// of a pipe. Reads what to do line by line (see test_two_tabs.py), answers line by line.
import { createInterface } from "node:readline";
import { Editing } from "../../static/js/editor/editing.js";
import { Outbox } from "../../static/js/editor/outbox.js";
import { StoreFailed } from "../../static/js/editor/store.js";
import { laidUpon, without } from "../../static/js/editor/clash.js";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value ?? "null");
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Kept nowhere: what a killed browser keeps is shown in a real one. */
const memory = { add: async () => null, forget: async () => {}, markSent: async () => {} };

class Piped {
  isOnline = true;
  loseAnswer = false;

  async load() {
    return this.#ask({ ask: "load" });
  }

  async save(change) {
    if (!this.isOnline) throw new StoreFailed(0);
    const saved = await this.#ask({ ask: "save", ...change });
    const isLost = this.loseAnswer;
    this.loseAnswer = false;
    if (isLost) throw new StoreFailed(0);
    return saved;
  }

  async whereabouts() {
    return "away";
  }

  async #ask(question) {
    say(question);
    const { status, body } = await read();
    if (status !== 200) throw new StoreFailed(status, body);
    return body;
  }
}

class Tab {
  async open() {
    this.store = new Piped();
    const { document, version } = await this.store.load();
    this.editing = new Editing(document);
    this.outbox = new Outbox(this.store, memory, version, "user");
    this.clash = null;
    this.editing.addEventListener("change", ({ detail }) => {
      if (detail.source !== "others") this.outbox.add(detail.operations);
    });
    this.outbox.addEventListener("others", ({ detail }) => (this.others = detail));
    this.outbox.addEventListener("conflict", ({ detail }) => (this.clash = detail));
    return this;
  }

  /** Saves, and settles what clashes: each time the other's text stays. */
  async sync() {
    this.outbox.stop();
    await this.outbox.resume();
    if (this.others && !this.#follows()) this.clash ??= {};
    this.others = null;
    if (!this.clash) return;
    const { document, version } = await this.store.load();
    const segments = this.clash.conflicts?.map((one) => one.segment) ?? null;
    this.clash = null;
    const { fit, clashes } = laidUpon(document, this.outbox.operations, segments);
    const wanted = clashes.reduce((left, one) => without(left, one.segment), fit);
    await this.outbox.startOver(version, []);
    this.editing.replace(document);
    if (wanted.length) this.editing.act(laidUpon(document, wanted).fit);
    await this.sync();
  }

  #follows() {
    try {
      for (const other of this.others) this.editing.follow(other.operations);
      return true;
    } catch {
      return false;
    }
  }
}

let tabs = [];
for (let order = await read(); order; order = await read()) {
  if (order.do === "open") tabs = [await new Tab().open(), await new Tab().open()];
  const tab = tabs[order.tab];
  if (order.do === "act") tab.editing.act(order.operations);
  if (order.do === "undo") tab.editing.undo();
  if (order.do === "redo") tab.editing.redo();
  if (order.do === "line") Object.assign(tab.store, order.is);
  if (order.do === "sync") await tab.sync();
  if (order.do === "document") say({ document: tab.editing.document });
  else say({ done: true, state: tab?.outbox.state });
}
process.exit(0);

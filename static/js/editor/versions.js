// What the transcript was before: looked at beside what it is now, and brought back.
import { clock } from "../media/words.js";
import { blocksOf } from "./diff.js";
import { writeDiff } from "./difference.js";
import { sentence } from "./sentence.js";
import { sittings } from "./sittings.js";
import { StoreFailed } from "./store.js";

const MACHINE = 1;

export class Versions {
  #rows = [];
  #shown = null; // the blocks on the right

  constructor(desk) {
    Object.assign(this, { desk, dialog: desk.part("versions") });
    const { dialog } = this;
    dialog.querySelector("[data-list]").addEventListener("click", ({ target }) => this.#click(target));
    dialog.querySelector("[data-earlier]").addEventListener("click", () => this.#guarded(() => this.#load(this.#rows.at(-1)?.number)));
    dialog.querySelector("[name=unchanged]").addEventListener("change", () => this.#write());
  }

  /** What is typed is saved first, so that "now" is what the list begins with. */
  async open() {
    this.desk.typing.commit();
    this.#rows = [];
    this.#shown = null;
    this.#say("");
    this.#write();
    this.dialog.showModal();
    await this.#guarded(async () => {
      await this.desk.outbox.flush();
      await this.#load();
    });
  }

  async #guarded(act) {
    try {
      await act();
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      this.#say(this.dialog.dataset.failed);
    }
  }

  async #load(before) {
    const { results, next } = await this.desk.store.versions(before);
    this.#rows.push(...results);
    const isAll = !next;
    const items = sittings(this.#rows).map((sitting) => this.#sitting(sitting));
    if (isAll) items.push(this.#item({ number: MACHINE }, this.dialog.dataset.machine, ""));
    this.dialog.querySelector("[data-list]").replaceChildren(...items);
    this.dialog.querySelector("[data-earlier]").hidden = isAll;
  }

  #sitting({ versions, kinds }) {
    const item = this.#item(versions[0], this.#when(versions), this.#kinds(kinds), this.#author(versions[0]));
    const each = item.querySelector("details");
    each.hidden = versions.length < 2;
    const summary = each.querySelector("summary");
    summary.textContent = sentence(summary.dataset.each, { count: versions.length });
    if (versions.length > 1) each.querySelector("ul").append(...versions.map((one) => this.#item(one, this.#when([one]), this.#kinds(one.kinds))));
    return item;
  }

  #item({ number, restores }, when, kinds, author = "") {
    const item = this.dialog.querySelector("[data-version-template]").content.firstElementChild.cloneNode(true);
    item.dataset.version = number;
    item.querySelector("[data-when]").textContent = when;
    item.querySelector("[data-author]").textContent = author;
    item.querySelector("[data-kinds]").textContent = restores ? this.dialog.dataset.restored : kinds;
    item.querySelector("details").hidden = true;
    for (const button of item.querySelectorAll("[data-label]")) button.setAttribute("aria-label", sentence(button.dataset.label, { when }));
    return item;
  }

  #author({ author, heard_by: model }) {
    return model ? sentence(this.dialog.dataset.model, { model }) : author ?? this.dialog.dataset.guest;
  }

  #when(versions) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    return format.formatRange(new Date(versions.at(-1).created_at), new Date(versions[0].created_at));
  }

  /** "texts changed: 3, split: 1" */
  #kinds(kinds) {
    const { dataset } = this.dialog.querySelector("[data-kind-words]");
    const words = (kind) => dataset[`of_${kind}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())] ?? dataset.ofOther;
    return Object.entries(kinds).map(([kind, count]) => sentence(words(kind), { count })).join(", ");
  }

  #click(target) {
    const item = target.closest("[data-version]");
    const number = Number(item?.dataset.version);
    if (target.closest("[data-compare]")) this.#guarded(() => this.#compare(number, item));
    else if (target.closest("[data-restore]")) this.#guarded(() => this.#restore(number));
  }

  async #compare(number, item) {
    const { document: before } = await this.desk.store.version(number);
    this.#shown = blocksOf(before, this.desk.editing.document);
    const count = this.#shown.filter(({ isSame }) => !isSame).length;
    const { dataset } = this.dialog;
    const when = item.querySelector("[data-when]").textContent;
    this.#say(count ? sentence(dataset.differs, { count, when }) : sentence(dataset.same, { when }));
    this.#write();
  }

  async #restore(number) {
    const { store, outbox, editing } = this.desk;
    await outbox.flush();
    if (outbox.count) return this.#say(this.dialog.dataset.unsaved);
    await store.restore(number, outbox.version);
    const { document: now, version } = await store.load();
    await outbox.startOver(version, []);
    editing.replace(now);
    return this.dialog.close();
  }

  #write() {
    const isWhole = this.dialog.querySelector("[name=unchanged]").checked;
    const blocks = (this.#shown ?? []).filter(({ isSame }) => isWhole || !isSame);
    this.dialog.querySelector("[data-differences]").hidden = !this.#shown;
    this.dialog.querySelector("[data-blocks]").replaceChildren(...blocks.map((block) => this.#block(block)));
  }

  #block({ time, words, who, note }) {
    const item = this.dialog.querySelector("[data-block-template]").content.firstElementChild.cloneNode(true);
    const aloud = { gone: this.dialog.dataset.gone, fresh: this.dialog.dataset.new };
    const change = ([before, after]) => [{ kind: "gone", text: before }, { kind: "new", text: after }].filter(({ text }) => text);
    item.querySelector("[data-time]").textContent = clock(time);
    writeDiff(item.querySelector("[data-words]"), words, aloud);
    for (const [name, pair] of [["who", who], ["note", note]]) {
      item.querySelector(`[data-${name}]`).hidden = !pair.length;
      if (pair.length) writeDiff(item.querySelector(`[data-${name}] span`), change(pair), aloud);
    }
    return item;
  }

  #say(words) {
    this.dialog.querySelector("[data-said]").textContent = words;
  }
}

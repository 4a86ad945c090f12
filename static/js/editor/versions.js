// What the transcript was before: looked at beside what it is now, and brought back.
import { Compared } from "./compared.js";
import { sentence } from "./sentence.js";
import { sittings } from "./sittings.js";
import { StoreFailed } from "./store.js";

const MACHINE = 1;

export class Versions {
  #rows = [];

  constructor(desk) {
    Object.assign(this, { desk, dialog: desk.part("versions") });
    const { dialog } = this;
    dialog.querySelector("[data-list]").addEventListener("click", ({ target }) => this.#click(target));
    dialog.querySelector("[data-earlier]").addEventListener("click", () => this.#guarded(() => this.#load(this.#rows.at(-1)?.number)));
    this.compared = new Compared(desk, dialog, (act) => this.#guarded(act));
  }

  /** What is typed is saved first, so that "now" is what the list begins with. */
  async open() {
    this.desk.typing.commit();
    this.#rows = [];
    this.#say("");
    this.compared.clear();
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
    const { results, next, isCut } = await this.desk.store.versions(before);
    this.#rows.push(...results);
    const isAll = !next;
    const items = sittings(this.#rows).map((sitting) => this.#sitting(sitting));
    const choices = this.#rows.map((row) => ({ number: row.number, when: this.#when([row]) }));
    const machine = { number: MACHINE, when: this.dialog.dataset.machine };
    if (isAll) items.push(this.#item(machine, machine.when, ""));
    this.compared.offer(isAll ? [...choices, machine] : choices);
    const list = this.dialog.querySelector("[data-list]");
    const first = before ? Math.min(list.children.length, items.length - 1) : 0;
    list.replaceChildren(...items);
    this.dialog.querySelector("[data-earlier]").hidden = isAll;
    if (isCut) this.dialog.querySelector("[data-cut]").hidden = !isAll;
    items[first]?.querySelector("[data-compare]").focus(); // to what has just come
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
    if (target.closest("[data-compare]")) this.#guarded(() => this.compared.withNow({ number, when: item.querySelector("[data-when]").textContent }));
    else if (target.closest("[data-restore]")) this.#guarded(() => this.#restore(number));
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

  #say(words) {
    this.dialog.querySelector("[data-said]").textContent = words;
  }
}

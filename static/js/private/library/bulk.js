// What is done with several at once. Labels are in the ciphertext: each is opened, changed and sealed again here.
import { sentence } from "../../editor/sentence.js";
import { Bundle } from "./files.js";

const KEPT_CHOSEN = ["favourite", "export"];
const labelled = (tags, tag) => (tags.includes(tag) ? tags : [...tags, tag]);
const CHANGES = {
  tag: (value) => ({ tags }) => ({ tags: labelled(tags, value) }),
  untag: (value) => ({ tags }) => ({ tags: tags.filter((tag) => tag !== value) }),
  move: (value) => () => ({ folder: value }),
};

export class Bulk {
  #place; #shelf; #chosen; #all; #value; #said; #found = []; #signal; #isBusy = false;

  constructor(place, { shelf, chosen, signal }) {
    [this.#place, this.#shelf, this.#chosen, this.#signal] = [place, shelf, chosen, signal];
    [this.#all, this.#value, this.#said] = ["all", "value", "did"].map((name) => place.querySelector(`[data-${name}]`));
    this.#all.addEventListener("change", () => this.#chooseAll(this.#all.checked));
    place.addEventListener("change", ({ target }) => target.matches("[data-choose]") && this.choose(target.closest("[data-row]").dataset.id, target.checked));
    place.querySelector("[data-bulk]").addEventListener("click", ({ target }) => target.dataset.act && this.#act(target.dataset.act));
  }

  /** `found` are the rows that are asked for: what is not among them is not chosen any more. */
  show(found, rows) {
    this.#found = found;
    const ids = new Set(found.map(({ id }) => id));
    for (const id of [...this.#chosen]) if (!ids.has(id)) this.#chosen.delete(id);
    const names = new Set(rows.flatMap(({ tags, folder }) => [...tags, folder]).filter(Boolean));
    this.#place.querySelector("#bulk-values").replaceChildren(...[...names].sort().map((name) => new Option(name, name)));
    this.#count();
  }

  choose(id, yes) {
    this.#chosen[yes ? "add" : "delete"](id);
    this.#count();
  }

  #chooseAll(yes) {
    for (const { id } of this.#found) this.#chosen[yes ? "add" : "delete"](id);
    for (const box of this.#place.querySelectorAll("[data-choose]")) box.checked = yes;
    this.#count();
  }

  #count() {
    const [count, of] = [this.#chosen.size, this.#found.length];
    const said = this.#place.querySelector("[data-count]");
    this.#place.querySelector("[data-bulk]").hidden = !of;
    this.#place.querySelector("[data-results]").classList.toggle("has-chosen", count > 0);
    said.textContent = count ? sentence(count === 1 ? said.dataset.one : said.dataset.many, { count }) : "";
    this.#all.checked = count > 0 && count === of;
    this.#all.indeterminate = count > 0 && count < of;
  }

  async #act(act) {
    const ids = [...this.#chosen];
    const value = this.#value.value.trim();
    if (this.#isBusy || !ids.length) return;
    if (act in CHANGES && !value && act !== "move") {
      this.#said.textContent = this.#said.dataset.nameIt;
      this.#value.focus();
      return;
    }
    if (act === "remove" && !(await this.#isMeant(ids))) return;
    const bundle = act === "export" && new Bundle(this.#place.querySelector("#bulk-format"), this.#shelf, this.#signal);
    const each = { export: (id) => bundle.add(id), remove: (id) => this.#shelf.remove([id]), favourite: (id) => this.#shelf.favourite(id, true) }[act] ?? ((id) => this.#shelf.relabel(id, CHANGES[act](value)));
    this.#isBusy = true;
    const isDone = await this.#eachOf(ids, each, act).finally(() => { this.#isBusy = false; });
    if (isDone && bundle) bundle.save();
  }

  async #eachOf(ids, each, act) {
    const told = (words, done) => { this.#said.textContent = sentence(this.#said.dataset[words], { done, count: done, total: ids.length }); };
    for (const [done, id] of ids.entries()) {
      if (this.#signal.aborted) return false;
      if (ids.length > 1) told("working", done);
      const failed = await each(id).then(() => null, (why) => why);
      if (failed) {
        told("failed", done);
        return false;
      }
      if (!KEPT_CHOSEN.includes(act)) this.#chosen.delete(id);
    }
    this.#value.value = "";
    this.#count();
    told(act, ids.length);
    return true;
  }

  #isMeant(ids) {
    const dialog = this.#place.querySelector("[data-doomed]");
    const title = dialog.querySelector("h2");
    title.textContent = sentence(ids.length === 1 ? title.dataset.one : title.dataset.many, { count: ids.length });
    dialog.querySelector("[data-doomed-titles]").replaceChildren(...ids.map((id) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = this.#shelf.row(id).title;
      return item;
    }));
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), { once: true }));
  }
}

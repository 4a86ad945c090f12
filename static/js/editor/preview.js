// Changes before they are made: a list to choose from, then all of them as one step.
import { clock } from "../media/words.js";
import { replacing } from "./found.js";
import { sentence } from "./sentence.js";

const SHOWN_AT_ONCE = 200;
const AROUND = 40;

export class Preview {
  #changes = [];
  #left = new Set(); // numbers of those that are not to be made
  #shown = 0;

  constructor(desk) {
    Object.assign(this, { desk, dialog: desk.part("preview") });
    const { dialog } = this;
    dialog.querySelector("form").addEventListener("submit", () => this.#make());
    dialog.querySelector("[data-more]").addEventListener("click", () => this.#more());
    dialog.querySelector("[data-all]").addEventListener("change", ({ target }) => this.#chooseAll(target.checked));
    dialog.querySelector("ol").addEventListener("change", ({ target }) => {
      this.#left[target.checked ? "delete" : "add"](Number(target.value));
      this.#count();
    });
  }

  /** `changes`: `[{segment, field, start, end, replacement}]` in order. */
  open(changes) {
    this.desk.typing.commit();
    this.#changes = changes;
    this.#left.clear();
    this.#shown = 0;
    this.dialog.querySelector("ol").replaceChildren();
    this.dialog.querySelector("[data-all]").checked = true;
    this.#more();
    this.#count();
    this.dialog.showModal();
  }

  #more() {
    const next = this.#changes.slice(this.#shown, this.#shown + SHOWN_AT_ONCE);
    this.dialog.querySelector("ol").append(...next.map((change, index) => this.#item(change, this.#shown + index)));
    this.#shown += next.length;
    const more = this.dialog.querySelector("[data-more]");
    more.hidden = this.#shown >= this.#changes.length;
    more.textContent = sentence(more.dataset.more, { count: this.#changes.length - this.#shown });
  }

  #item({ segment, field, start, end, replacement }, number) {
    const row = this.desk.editing.row(segment);
    const text = row[field];
    const item = this.dialog.querySelector("template").content.firstElementChild.cloneNode(true);
    const write = (what, words) => (item.querySelector(`[data-${what}]`).textContent = words);
    write("time", clock(row.start));
    write("before", text.slice(Math.max(0, start - AROUND), start));
    write("old", text.slice(start, end));
    write("new", replacement);
    write("after", text.slice(end, end + AROUND));
    item.querySelector("input").value = number;
    item.querySelector("input").checked = !this.#left.has(number);
    return item;
  }

  #chooseAll(isWanted) {
    this.#left = new Set(isWanted ? [] : this.#changes.keys());
    for (const box of this.dialog.querySelectorAll("ol input")) box.checked = isWanted;
    this.#count();
  }

  #count() {
    const [all, count] = [this.#changes.length, this.#changes.length - this.#left.size];
    const place = this.dialog.querySelector("[data-count]");
    place.textContent = sentence(place.dataset.count, { count, all });
    this.dialog.querySelector("[data-make]").disabled = !count;
  }

  #make() {
    const { editing } = this.desk;
    const wanted = this.#changes.filter((_, number) => !this.#left.has(number));
    const operations = replacing(wanted.filter(({ segment }) => editing.row(segment)), editing.row);
    editing.act(operations, wanted[0]?.segment);
  }
}

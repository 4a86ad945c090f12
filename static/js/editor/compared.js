// Two versions of the transcript beside each other, the earlier one as what was before.
import { clock } from "../media/words.js";
import { blocksOf } from "./diff.js";
import { writeDiff } from "./difference.js";
import { sentence } from "./sentence.js";

/** Later than every version: what stands on the page. */
const NOW = Infinity;

export class Compared {
  #chosen = null; // {number, when}
  #blocks = null;

  constructor({ store, editing }, dialog, guarded) {
    Object.assign(this, { store, editing, dialog, other: dialog.querySelector("[name=other]") });
    this.other.addEventListener("change", () => guarded(() => this.#compare()));
    dialog.querySelector("[name=unchanged]").addEventListener("change", () => this.#write());
  }

  clear() {
    this.#blocks = null;
    this.#write();
  }

  /** What it may be compared with: `[{number, when}]`, beside what is there now. */
  offer(versions) {
    const before = this.other.value;
    const options = versions.map(({ number, when }) => new Option(when, number));
    this.other.replaceChildren(new Option(this.dialog.dataset.now, NOW), ...options);
    if (options.some(({ value }) => value === before)) this.other.value = before;
  }

  /** `{number, when}` with what is there now; afterwards the reader may choose another. */
  async withNow(version) {
    this.#chosen = version;
    this.other.value = NOW;
    await this.#compare();
  }

  async #compare() {
    const other = { number: Number(this.other.value), when: this.other.selectedOptions[0].textContent };
    const [before, after] = [this.#chosen, other].sort((one, two) => one.number - two.number);
    this.#blocks = blocksOf(await this.#document(before), await this.#document(after));
    const count = this.#blocks.filter(({ isSame }) => !isSame).length;
    const { differs, same } = this.dialog.dataset;
    const words = { count, when: before.when, other: after.number === NOW ? this.other.dataset.now : after.when };
    this.dialog.querySelector("[data-said]").textContent = sentence(count ? differs : same, words);
    this.#write();
  }

  async #document({ number }) {
    return number === NOW ? this.editing.document : (await this.store.version(number)).document;
  }

  #write() {
    const isWhole = this.dialog.querySelector("[name=unchanged]").checked;
    const blocks = (this.#blocks ?? []).filter(({ isSame }) => isWhole || !isSame);
    this.dialog.querySelector("[data-differences]").hidden = !this.#blocks;
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
}

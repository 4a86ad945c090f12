// Repairs: of one cue at once, of all after a look at what would be done.
import { newId } from "../editor/editing.js";
import { sentence } from "../editor/sentence.js";
import { planOf } from "./plan.js";
import { MOST_MOVED_MS, repairOf } from "./repair.js";
import { waysInWords } from "./row.js";

export class Mending {
  #plan = null;
  #looking = null;

  constructor({ part, editing, timeline, rules }) {
    Object.assign(this, { editing, timeline, rules, said: part("said"), words: part("cue-template").dataset });
    this.dialog = part("mend-dialog");
    const promise = this.part("promise");
    promise.textContent = sentence(promise.dataset.promise, { seconds: MOST_MOVED_MS / 1000 });
    this.dialog.addEventListener("close", () => this.#closed());
  }

  part = (name) => this.dialog.querySelector(`[data-${name}]`);

  repairOf = (cue) => repairOf(this.editing.document, cue, this.rules.layout, newId);

  /** False where there is nothing to repair. */
  mend(index) {
    const cue = this.timeline.cues[index];
    if (!cue?.problems.length) return false;
    const repair = this.repairOf(cue);
    const { mended, hopeless } = this.words;
    this.said.textContent = repair ? sentence(mended, { ways: waysInWords(repair.ways, this.words) }) : hopeless;
    if (repair) this.editing.act(repair.operations, cue.segment);
    return undefined;
  }

  async open() {
    const said = this.part("mend-said");
    said.textContent = said.dataset.looking;
    this.part("mend-ways").replaceChildren();
    this.part("make").disabled = true;
    this.dialog.returnValue = "cancel";
    this.dialog.showModal();
    this.#looking?.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    const plan = await planOf(this.editing.document, this.rules.layout, newId, signal);
    if (!plan || signal.aborted) return;
    this.#plan = plan;
    said.textContent = sentence(plan.operations.length ? said.dataset.found : said.dataset.nothing, plan);
    const ways = this.part("mend-ways");
    ways.replaceChildren(...Object.entries(plan.ways).map(([way, count]) => {
      const item = document.createElement("li");
      item.textContent = sentence(ways.dataset[way], { count });
      return item;
    }));
    this.part("make").disabled = !plan.operations.length;
    if (plan.operations.length) this.part("make").focus();
  }

  #closed() {
    this.#looking?.abort();
    const [plan, isWanted] = [this.#plan, this.dialog.returnValue === "make"];
    this.#plan = null;
    if (plan && isWanted) this.editing.act(plan.operations);
  }
}

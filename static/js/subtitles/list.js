// The cues as a list of any length. One of them is at hand: by a click, by keys, or as it is spoken.
import { Sheets } from "../editor/sheets.js";
import { isInSight } from "../media/sight.js";
import { rowOf } from "./row.js";

const ROW_PIXELS = 104;
const LEAVE_ALONE_MS = 4000;

export class CueList {
  at = 0; // index of the cue at hand
  #sheets;
  #busyAt = -Infinity; // when somebody last scrolled: the list is theirs then

  constructor({ part, timeline, rules, mending, player, article, ending }) {
    Object.assign(this, { place: part("rows"), timeline, rules, mending, player, article });
    this.template = part("cue-template");
    this.empty = part("empty");
    this.#sheets = new Sheets(this.place, (element, cues) => this.#fill(element, cues), ROW_PIXELS);
    const { signal } = ending;
    timeline.addEventListener("change", () => this.lay(), { signal });
    player.addEventListener("time", ({ detail }) => this.#follow(detail), { signal });
    this.place.addEventListener("click", (event) => this.#click(event));
    this.place.addEventListener("keydown", (event) => this.#press(event));
    for (const name of ["wheel", "touchmove"]) {
      addEventListener(name, () => (this.#busyAt = performance.now()), { passive: true, signal });
    }
    addEventListener("beforeprint", () => this.#sheets.fillAll(), { signal });
    signal.addEventListener("abort", () => this.#sheets.stop());
  }

  lay() {
    const hadFocus = this.place.contains(document.activeElement);
    const { cues } = this.timeline;
    this.empty.hidden = cues.length > 0;
    this.#sheets.lay(cues, { kept: true });
    this.at = Math.max(0, Math.min(this.at, cues.length - 1));
    if (hadFocus) this.#enter(this.at);
    else this.#mark(this.at);
  }

  row(index) {
    const cue = this.timeline.cues[index];
    if (cue) this.#sheets.bring(cue);
    return this.place.querySelector(`[data-cue="${index}"]`);
  }

  /** To the cue so many further on, which is then on the screen. False where there is none. */
  go = (step) => this.#choose(this.at + step);

  /** To the next (1) or the one before (-1) that breaks a rule, around the end. */
  goBroken(step) {
    const all = this.timeline.broken.map((cue) => cue.number - 1);
    const next = step > 0 ? all.find((index) => index > this.at) ?? all[0] : all.findLast((index) => index < this.at) ?? all.at(-1);
    return this.#choose(next);
  }

  edit = () => this.row(this.at)?.querySelector("[data-edit]").click();

  /** A link becomes one of htmx when it is wanted: thus the tab goes on, and the reader's file with it. */
  #leave(event, link) {
    if (link.wasTaken || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.wasTaken = true;
    globalThis.htmx.process(link);
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }

  #choose(index) {
    const cue = this.timeline.cues[index];
    if (!cue) return false;
    this.player.seek(cue.startMs / 1000);
    return this.#enter(index);
  }

  #enter(index) {
    this.#mark(index);
    const row = this.row(index);
    row?.querySelector("[data-go]").focus({ preventScroll: true });
    this.#show(row);
  }

  /** The keys come to this row, and to no other: ten thousand are not stepped through. */
  #mark(index) {
    for (const [number, isAt] of [[this.at, false], [index, true]]) {
      const row = this.row(number);
      if (isAt) row?.setAttribute("aria-current", "true");
      else row?.removeAttribute("aria-current");
      for (const control of row?.querySelectorAll("button, a") ?? []) control.tabIndex = isAt ? 0 : -1;
    }
    this.at = index;
  }

  #show(row) {
    if (row && !isInSight(row)) row.scrollIntoView({ block: "center" });
  }

  #follow(seconds) {
    const index = this.timeline.shownAt(seconds);
    if (index < 0 || index === this.at || this.player.paused) return;
    this.#mark(index);
    const isTheirs = performance.now() - this.#busyAt < LEAVE_ALONE_MS;
    if (this.player.settings.get("follow") && !isTheirs) this.#show(this.row(index));
  }

  #click(event) {
    const { target } = event;
    const index = Number(target.closest("[data-cue]")?.dataset.cue ?? NaN);
    if (target.closest("[data-edit]")) return void this.#leave(event, target.closest("[data-edit]"));
    if (Number.isNaN(index) || !getSelection().isCollapsed) return;
    if (!target.closest("[data-mend]")) return void this.#choose(index);
    this.#mark(index);
    this.mending.mend(index);
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = { ArrowUp: this.at - 1, ArrowDown: this.at + 1, Home: 0, End: this.timeline.cues.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(to);
  }

  /** What did not change stays as it is. */
  #fill(element, cues) {
    const { options } = this.rules.layout;
    const shown = JSON.stringify([options, cues]);
    if (element.shown === shown) return;
    element.shown = shown;
    element.replaceChildren(...cues.map((cue) => {
      return rowOf(this.template, cue, options, cue.problems.length ? this.mending.repairOf(cue) : null);
    }));
  }
}

// The bar for doubtful words: from one to the next, and each is accepted or put right.
import { bare, unsigned } from "./bare.js";
import { setCaret } from "./caret.js";
import { accepting, doubtsIn, nextOf, otherText, taking } from "./doubt.js";
import { Grounds } from "./grounds.js";
import { Painter } from "./painter.js";
import { sentence } from "./sentence.js";
import { reasonsOf } from "./reasons.js";

const COUNT_AFTER_MS = 250;

export class DoubtBar {
  #known = new WeakMap(); // words of a segment → its doubts: rows of words never change
  #timer = 0;
  #now = null;
  #waiting = 0; // the step to be gone once something is fetched
  #by;

  constructor(desk) {
    Object.assign(this, { desk, bar: desk.part("doubt") });
    this.grounds = new Grounds(desk, this.bar);
    this.#by = this.grounds.now;
    const stretches = (row) => this.#in(row).map(({ start, end }) => [start, end]);
    this.painter = new Painter("sotto-doubt", desk, { isOn: () => this.isOpen, stretches });
    this.grounds.addEventListener("change", () => this.#learn());
    this.bar.querySelector("[data-close-doubt]").addEventListener("click", () => this.close());
    for (const name of ["change", "replaced"]) desk.editing.addEventListener(name, () => this.isOpen && this.#countSoon());
    desk.ending.signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.bar.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.#say();
  }

  get isOpen() {
    return !this.bar.hidden;
  }

  get all() {
    return this.desk.editing.segments.flatMap((row) => this.#in(row));
  }

  /** Opens it, the first time; then selects the word, ready to be typed over. */
  go(step) {
    this.bar.hidden = false;
    this.#waiting = step;
    this.grounds.fetch().then(() => (this.#waiting = 0));
    this.#go(step);
  }

  /** This one is right, or every one like it; on to the next. */
  accept(everywhere = false) {
    const now = this.#current();
    if (!now) return false;
    const alike = this.all.filter((one) => bare(one.text) === bare(now.text));
    this.desk.editing.act(accepting(everywhere ? alike : [now]), now.segment);
    return this.go(1);
  }

  /** What the other hearing has comes in its place; on to the next. */
  take() {
    const now = this.#current();
    if (!now?.reading) return false;
    const { editing } = this.desk;
    editing.act(taking(editing.row(now.segment), now), now.segment);
    return this.go(1);
  }

  /** The word and what is to stand for it, wherever it occurs: by the bar that replaces. */
  correct() {
    const now = this.#current();
    if (!now) return false;
    const { findBar } = this.desk;
    findBar.field("query").value = unsigned(now.text);
    findBar.field("replacement").value = now.rule?.to ?? (now.reading ? unsigned(otherText(now)) : "");
    for (const [name, isOn] of [["whole", true], ["pattern", false]]) findBar.field(name).checked = isOn;
    return findBar.open("replacement", { keepQuery: true });
  }

  close() {
    this.bar.hidden = true;
    this.painter.paint();
    if (this.#now) this.desk.typing.enter(this.#now.segment, this.#now.end);
  }

  /** What is doubtful has to be looked up anew. */
  forget() {
    this.#known = new WeakMap();
    this.#by = this.grounds.now;
    this.#countSoon();
  }

  /** Whoever was shown nothing, and has gone nowhere else, is shown what comes now. */
  #learn() {
    this.forget();
    if (this.#waiting && this.isOpen && !this.#now && !this.desk.typing.at && this.all.length) this.#go(this.#waiting);
  }

  #go(step) {
    const { typing, editing, rows } = this.desk;
    typing.commit();
    this.#show(nextOf(this.all, editing.segments, typing.at ?? this.#now, step));
    if (!this.#now) return;
    typing.enter(this.#now.segment, this.#now.start);
    setCaret(rows.text(this.#now.segment), this.#now.start, this.#now.end);
  }

  /** The one shown, unless it has gone meanwhile. */
  #current() {
    if (!this.isOpen) return null;
    this.desk.typing.commit();
    const row = this.#now && this.desk.editing.row(this.#now.segment);
    const isIt = ({ indices, text }) => indices[0] === this.#now.indices[0] && text === this.#now.text;
    return (row && this.#in(row).find(isIt)) ?? null;
  }

  #in(row) {
    if (!this.#known.has(row.words)) this.#known.set(row.words, doubtsIn(row, this.#by));
    return this.#known.get(row.words);
  }

  #countSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.isOpen && this.#show(this.#current()), COUNT_AFTER_MS);
  }

  #show(doubt) {
    this.#now = doubt;
    this.painter.paint();
    this.#say();
  }

  #say() {
    const { dataset } = this.bar;
    const { percent, level } = this.grounds;
    const write = (name, words) => (this.bar.querySelector(`[data-${name}]`).textContent = words);
    write("level", sentence(dataset.level, { percent }));
    level.setAttribute("aria-valuetext", `${percent} %`);
    if (!this.isOpen) return;
    const { length } = this.all;
    const { segments } = this.desk.editing;
    const isTold = segments.some(({ words }) => words.some(({ confidence }) => confidence !== null && confidence < 1));
    const isUntold = this.grounds.wants("unsure") && !isTold;
    const none = segments.every(({ words }) => !words.length) ? dataset.wordless : isUntold ? dataset.untold : dataset.none;
    write("left", length ? sentence(dataset.left, { count: length }) : none);
    const now = this.#now;
    write("word", now ? `“${now.text}”` : "");
    write("why", now ? reasonsOf(now, dataset, this.desk.editing.document.language).join(" · ") : "");
    for (const button of this.bar.querySelectorAll("[data-needs-one]")) button.disabled = !now;
    this.bar.querySelector("[data-act=doubt-take]").hidden = !now?.reading;
  }
}

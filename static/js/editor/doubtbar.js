// The bar for doubtful words: from one to the next, and each is accepted or put right.
import { setCaret } from "./caret.js";
import { accepting, bare, doubtsIn, nextOf } from "./doubt.js";
import { Painter } from "./painter.js";
import { sentence } from "./sentence.js";

const COUNT_AFTER_MS = 250;
const KEPT_AS = "sotto-doubt-percent";

export class DoubtBar {
  #known = new WeakMap(); // words of a segment → its doubts: rows of words never change
  #timer = 0;
  #now = null;

  constructor(desk) {
    Object.assign(this, { desk, bar: desk.part("doubt"), level: desk.part("doubt").querySelector("[type=range]") });
    this.level.value = kept() ?? this.level.value;
    const stretches = (row) => this.#in(row).map(({ start, end }) => [start, end]);
    this.painter = new Painter("sotto-doubt", desk, { isOn: () => this.isOpen, stretches });
    this.level.addEventListener("input", () => this.#setLevel());
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
    const { typing, editing, rows } = this.desk;
    this.bar.hidden = false;
    typing.commit();
    const place = typing.at ?? this.#now;
    this.#show(nextOf(this.all, editing.segments, place, step));
    if (!this.#now) return;
    typing.enter(this.#now.segment, this.#now.start);
    setCaret(rows.text(this.#now.segment), this.#now.start, this.#now.end);
  }

  /** This one is right, or every one like it; on to the next. */
  accept(everywhere = false) {
    const now = this.#current();
    if (!now) return false;
    const alike = this.all.filter((one) => bare(one.text) === bare(now.text));
    this.desk.editing.act(accepting(everywhere ? alike : [now]), now.segment);
    return this.go(1);
  }

  /** The word and what is to stand for it, wherever it occurs: by the bar that replaces. */
  correct() {
    const now = this.#current();
    if (!now) return false;
    const { findBar } = this.desk;
    findBar.field("query").value = now.text.replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, "");
    findBar.field("replacement").value = now.rule?.to ?? "";
    for (const [name, isOn] of [["whole", true], ["pattern", false]]) findBar.field(name).checked = isOn;
    return findBar.open("replacement", { keepQuery: true });
  }

  close() {
    this.bar.hidden = true;
    this.painter.paint();
    if (this.#now) this.desk.typing.enter(this.#now.segment, this.#now.end);
  }

  /** The one shown, unless it has gone meanwhile. */
  #current() {
    if (!this.isOpen) return null;
    this.desk.typing.commit();
    const row = this.#now && this.desk.editing.row(this.#now.segment);
    return (row && this.#in(row).find(({ index, text }) => index === this.#now.index && text === this.#now.text)) ?? null;
  }

  #in(row) {
    if (!this.#known.has(row.words)) {
      this.#known.set(row.words, doubtsIn(row, this.level.value / 100, this.desk.glossary.byWord));
    }
    return this.#known.get(row.words);
  }

  #setLevel() {
    try {
      localStorage.setItem(KEPT_AS, this.level.value);
    } catch {
      // A browser that keeps nothing: it holds as long as the page does.
    }
    this.forget();
  }

  /** What is doubtful has to be looked up anew. */
  forget() {
    this.#known = new WeakMap();
    this.#countSoon();
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
    const percent = this.level.value;
    const write = (name, words) => (this.bar.querySelector(`[data-${name}]`).textContent = words);
    write("level", sentence(dataset.level, { percent }));
    this.level.setAttribute("aria-valuetext", `${percent} %`);
    if (!this.isOpen) return;
    const { length } = this.all;
    const isTold = this.desk.editing.segments.some((row) => row.words.some((word) => word.confidence !== null));
    write("left", length ? sentence(dataset.left, { count: length }) : isTold ? dataset.none : dataset.untold);
    const now = this.#now;
    const why = now && (now.rule ? sentence(dataset.rule, now.rule) : sentence(dataset.sure, { percent: Math.round(100 * now.confidence) }));
    write("word", now ? `“${now.text}”` : "");
    write("why", why ?? "");
    for (const button of this.bar.querySelectorAll("[data-needs-one]")) button.disabled = !now;
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

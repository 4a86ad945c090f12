// The bar for finding: asks the search, shows what it found, and goes from one to the next.
import { Found, searchable } from "./found.js";
import { Painter } from "./painter.js";
import { Search } from "./search.js";
import { sentence } from "./sentence.js";

const ASK_AFTER_MS = 120;

export class FindBar {
  #now = -1;
  #timer = 0;
  #from = null; // where in the text the reader was
  found = new Found();

  constructor(desk) {
    Object.assign(this, { desk, bar: desk.part("find"), search: new Search() });
    const isOn = () => this.found.count > 0;
    this.painters = [
      new Painter("sotto-found", desk, { isOn, stretches: (row) => this.found.stretches.get(row.id) ?? [] }),
      new Painter("sotto-found-now", desk, { isOn, stretches: (row) => this.#stretchNow(row.id), priority: 1 }),
    ];
    const { bar } = this;
    bar.addEventListener("input", ({ target }) => target.name !== "replacement" && this.#askSoon());
    bar.addEventListener("keydown", (event) => this.#press(event));
    bar.querySelector("[data-close-find]").addEventListener("click", () => this.close());
    for (const name of ["change", "replaced"]) desk.editing.addEventListener(name, () => this.isOpen && this.#askSoon());
    desk.ending.signal.addEventListener("abort", () => (clearTimeout(this.#timer), this.search.end()));
  }

  get isOpen() {
    return !this.bar.hidden;
  }

  field = (name) => this.bar.querySelector(`[name=${name}]`);

  /** What is sought and how; null where nothing is typed. */
  get spec() {
    const query = this.field("query").value;
    const is = (name) => this.field(name).checked;
    return query ? { query, isPattern: is("pattern"), isCased: is("cased"), isWhole: is("whole"), isFolded: is("folded") } : null;
  }

  /** The find shown, `{segment, field, start, end, replacement}`, or null. */
  get now() {
    return this.#now < 0 ? null : this.found.at(this.#now);
  }

  /** With what is selected, or what was sought. False where the field has the focus already: then the browser's own finding may come. */
  open(name = "query", { keepQuery = false } = {}) {
    if (document.activeElement === this.field(name)) return false;
    const { typing } = this.desk;
    typing.commit();
    this.#from = typing.at ?? this.#from;
    const selected = !keepQuery && typing.at?.text.slice(typing.at.start, typing.at.end);
    if (selected) this.field("query").value = selected;
    this.bar.hidden = false;
    this.field(name).focus();
    this.field(name).select();
    return this.ask();
  }

  /** Back into the text, at what was found. */
  close() {
    const { now } = this;
    const place = now?.field === "text" ? now : this.#from;
    this.bar.hidden = true;
    clearTimeout(this.#timer);
    this.#take(new Found());
    if (place) this.desk.typing.enter(place.segment, place.end);
  }

  /** With a `replacement` each find says what takes its place. False where there is no answer. */
  async ask({ replacement = null, from = null } = {}) {
    clearTimeout(this.#timer);
    this.#from = from ?? this.#from;
    const { places, texts } = searchable(this.desk.editing.segments, this.field("notes").checked);
    const hits = this.spec ? await this.search.find(texts, this.spec, replacement) : { count: 0 };
    if (!hits) return false;
    const { mistake, isSlow } = hits;
    const { dataset } = this.bar;
    this.bar.querySelector("[data-problem]").textContent = mistake ? sentence(dataset.mistake, { reason: mistake }) : isSlow ? dataset.slow : "";
    this.#take(mistake || isSlow ? new Found() : new Found(hits, places), from);
    return this.found.count > 0;
  }

  async go(step) {
    if (!this.isOpen) return this.open();
    const { count } = this.found;
    if (!count) return undefined;
    this.#now = (this.#now + step + count) % count;
    return this.#show();
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), ASK_AFTER_MS);
  }

  #take(found, from = null) {
    const before = from ?? this.now ?? this.#from;
    this.found = found;
    this.#now = found.count ? found.nearest(before) : -1;
    this.#show();
  }

  #show() {
    const { now } = this;
    if (now) this.desk.rows.show(now.segment);
    for (const painter of this.painters) painter.paint();
    const { dataset } = this.bar;
    const { count } = this.found;
    const words = count ? sentence(dataset.count, { number: this.#now + 1, count }) : dataset.none;
    this.bar.querySelector("[data-found]").textContent = this.spec ? words : "";
    this.bar.querySelector("[data-context]").textContent = now ? this.desk.editing.row(now.segment)[now.field] : "";
  }

  #stretchNow(id) {
    const { now } = this;
    return now?.segment === id && now.field === "text" ? [[now.start, now.end]] : [];
  }

  #press(event) {
    if (event.key === "Escape") return this.close();
    if (event.target.name !== "query" || event.key !== "Enter" || event.isComposing) return undefined;
    event.preventDefault();
    return this.go(event.shiftKey ? -1 : 1);
  }
}

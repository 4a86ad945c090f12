// Rows of any number, in sheets: those in sight are filled in first, the others while nothing else is
// to do, so that ten hours open at once and finding, selecting and printing see all.
const ROWS_A_SHEET = 50;
const FILL_FOR_MS = 8;

const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(() => act({ timeRemaining: () => FILL_FOR_MS }), 16));

export class Sheets {
  #waiting = []; // {element, items} still to be filled in
  #sight;
  #isAtIt = false; // or will be, while nothing else is to do

  /** `fill(element, items)` writes the rows of one sheet. */
  constructor(place, fill, rowPixels) {
    Object.assign(this, { place, fill, rowPixels });
    this.#sight = new IntersectionObserver((seen) => this.#seen(seen), { rootMargin: "1500px 0px" });
  }

  /** All anew. Sheets that are `kept` show what they showed until it is their turn. */
  lay(items, { kept = false } = {}) {
    if (!kept) this.place.replaceChildren();
    const old = [...this.place.children];
    this.#sight.disconnect();
    this.#waiting = [];
    for (let at = 0; at < items.length; at += ROWS_A_SHEET) {
      const element = old.shift() ?? this.place.appendChild(document.createElement("div"));
      const some = items.slice(at, at + ROWS_A_SHEET);
      element.className = "sheet";
      element.style.setProperty("--sheet-height", `${some.length * this.rowPixels}px`);
      this.#waiting.push({ element, items: some });
      this.#sight.observe(element);
    }
    for (const element of old) element.remove();
    if (this.#waiting.length) this.#fill(this.#waiting[0]);
    this.#fillWhenIdle();
  }

  stop() {
    this.#sight.disconnect();
    this.#waiting = [];
  }

  /** Fills the sheet in which this one is waiting, if it is. */
  bring(item) {
    const sheet = this.#waiting.find(({ items }) => items.includes(item));
    if (sheet) this.#fill(sheet);
  }

  fillAll() {
    while (this.#waiting.length) this.#fill(this.#waiting[0]);
  }

  #seen(seen) {
    for (const { target, isIntersecting } of seen) {
      const sheet = isIntersecting && this.#waiting.find(({ element }) => element === target);
      if (sheet) this.#fill(sheet);
    }
  }

  #fillWhenIdle() {
    if (this.#isAtIt || !this.#waiting.length) return;
    this.#isAtIt = true;
    whenIdle((deadline) => {
      this.#isAtIt = false;
      do {
        if (this.#waiting.length) this.#fill(this.#waiting[0]);
      } while (this.#waiting.length && deadline.timeRemaining() > FILL_FOR_MS);
      this.#fillWhenIdle();
    });
  }

  #fill(sheet) {
    this.#waiting.splice(this.#waiting.indexOf(sheet), 1);
    this.#sight.unobserve(sheet.element);
    this.fill(sheet.element, sheet.items);
  }
}

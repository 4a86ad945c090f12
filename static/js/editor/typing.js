// Typing in the rows. What is typed becomes an operation once the hands rest, or do something else.
import { caretIn, setCaret } from "./caret.js";
import { newId } from "./editing.js";

const REST_MS = 1000;
const MOST_MS = 2000;

/**
 * `enter(id, offset)` puts the caret into a segment; `commit()` makes what is typed an operation,
 * and every other act begins with it.
 */
export class Typing {
  #segment = null; // being typed in, and not an operation yet
  #rest = 0;
  #most = 0;
  #pressed = false;
  #ending = new AbortController();

  constructor(rows, editing) {
    Object.assign(this, { rows, editing });
    const options = { signal: this.#ending.signal };
    const { place } = rows;
    place.addEventListener("focusin", (event) => this.#focus(event), options);
    place.addEventListener("focusout", (event) => this.#leave(event), options);
    place.addEventListener("pointerdown", () => (this.#pressed = true), options);
    addEventListener("pointerup", (event) => this.#release(event), options);
    place.addEventListener("beforeinput", (event) => this.#before(event), options);
    place.addEventListener("input", (event) => this.#typed(event), options);
    place.addEventListener("keydown", (event) => this.#press(event), options);
    addEventListener("visibilitychange", () => this.commit(), options);
  }

  stop() {
    this.commit();
    this.#ending.abort();
  }

  /** The segment that the caret is in, with what is selected of its text; null outside. */
  get at() {
    const field = document.activeElement?.closest?.("[data-text]");
    const caret = field && caretIn(field);
    return caret ? { segment: this.rows.idOf(field), ...caret, text: field.textContent } : null;
  }

  enter(id, offset = 0) {
    const field = this.rows.text(id);
    if (!field) return;
    open(field);
    field.focus({ preventScroll: true });
    setCaret(field, Math.min(offset, field.textContent.length));
    this.rows.show(id);
  }

  commit() {
    clearTimeout(this.#rest);
    clearTimeout(this.#most);
    const id = this.#segment;
    this.#segment = null;
    this.#most = 0;
    const row = id && this.editing.row(id);
    const field = row && this.rows.text(id);
    const text = field?.textContent.replaceAll("\u00a0", " ").replaceAll("\n", " ");
    if (row && text !== row.text) this.editing.act([{ op: "text", segment: id, text }], id);
  }

  /** Enter: what stands behind the caret becomes a segment of its own. */
  split() {
    const { at } = this;
    if (!at) return;
    this.commit();
    const [left, right] = [at.text.slice(0, at.start), at.text.slice(at.end)];
    if (!left.trim() || !right.trim()) return;
    const id = newId();
    this.editing.act([{ op: "split", segment: at.segment, left, right, id }], id);
    this.enter(id, 0);
  }

  /** With the one before (-1) or behind (1); the caret stays where it was. */
  merge(step) {
    const { at } = this;
    if (!at) return;
    this.commit();
    const other = this.rows.beside(at.segment, step);
    if (!other) return;
    const [first, second] = step < 0 ? [other, at.segment] : [at.segment, other];
    const seam = this.editing.row(first).text.length;
    const growth = () => this.editing.row(first).text.length - seam;
    const behind = this.editing.row(second).text.length;
    this.editing.act([{ op: "merge", segment: first, next: second }], first);
    this.enter(first, seam + growth() - behind);
  }

  #focus({ target }) {
    if (this.#pressed || !target.matches("[data-text]")) return;
    open(target);
    if (!caretIn(target)) setCaret(target, 0); // it was no field yet when the focus came
  }

  #leave({ target }) {
    if (!target.matches("[data-text]")) return;
    this.commit();
    setTimeout(() => {
      // At once it would take the focus from where it is just going.
      if (target !== document.activeElement) target.removeAttribute("contenteditable");
    });
  }

  /** A click, not a selection: texts that are not being edited can be selected across. */
  #release({ target }) {
    const wasPressed = this.#pressed;
    this.#pressed = false;
    const field = wasPressed && target.closest?.("[data-text]");
    const selection = getSelection();
    if (!field || !selection.isCollapsed || field.isContentEditable) return;
    const caret = caretIn(field);
    open(field);
    field.focus({ preventScroll: true });
    if (caret) setCaret(field, caret.start);
  }

  #before(event) {
    if (event.inputType === "historyUndo" || event.inputType === "historyRedo") event.preventDefault();
    if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") {
      event.preventDefault();
      this.split();
    }
  }

  #typed({ target, isComposing }) {
    const id = this.rows.idOf(target);
    if (this.#segment && this.#segment !== id) this.commit();
    this.#segment = id;
    clearTimeout(this.#rest);
    if (isComposing) return;
    this.#rest = setTimeout(() => this.commit(), REST_MS);
    this.#most ||= setTimeout(() => this.commit(), MOST_MS);
  }

  #press(event) {
    const { at } = this;
    if (!at || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const isPoint = at.start === at.end;
    const isFirst = isPoint && at.start === 0;
    const isLast = isPoint && at.end === at.text.length;
    const merging = { Backspace: isFirst && -1, Delete: isLast && 1 }[event.key];
    const going = { ArrowUp: isFirst && -1, ArrowLeft: isFirst && -1, ArrowDown: isLast && 1, ArrowRight: isLast && 1 }[event.key];
    if (!merging && !going) return;
    event.preventDefault();
    if (merging) return this.merge(merging);
    const next = this.rows.beside(at.segment, going);
    if (next) this.enter(next, going < 0 ? Infinity : 0);
  }
}

/** A field can be typed in only while it has the caret: a selection may not leave such a one. */
function open(field) {
  field.setAttribute("contenteditable", "plaintext-only");
}

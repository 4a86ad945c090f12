// The transcript as rows of real text, which come in sheets.
import { isInSight } from "../media/sight.js";
import { clock } from "../media/words.js";
import { caretIn, setCaret } from "./caret.js";
import { Sheets } from "./sheets.js";

const ROW_PIXELS = 64;
const MANY_ROWS = 50;

export class Rows {
  #rows = new Map(); // id → element, of those that are filled in
  #signs = new Map(); // speaker's id → number, counted from 1
  #voices = new Map(); // speaker's id → number of its colour
  #sheets;
  #ending = new AbortController();

  #gaps = new Map(); // id of a segment → gaps that stand before it

  /** `place` holds the rows; `template` is one of them, `gap` a stretch without words. */
  constructor(place, { template, gap }, editing) {
    Object.assign(this, { place, template, gap, editing });
    this.#sheets = new Sheets(place, (element, ids) => this.#fill(element, ids), ROW_PIXELS);
    const { signal } = this.#ending;
    editing.addEventListener("change", ({ detail }) => this.#follow(detail), { signal });
    editing.addEventListener("replaced", () => this.lay(), { signal });
    addEventListener("beforeprint", () => this.fillAll(), { signal });
  }

  /** All anew. */
  lay() {
    this.#rows.clear();
    this.#countVoices();
    this.#placeGaps();
    this.#sheets.lay(this.editing.segments.map((row) => row.id));
  }

  stop() {
    this.#ending.abort();
    this.#sheets.stop();
  }

  /** The element of a segment, filled in if it was not yet. */
  element(id) {
    if (!this.#rows.has(id)) this.#sheets.bring(id);
    return this.#rows.get(id);
  }

  text = (id) => this.element(id)?.querySelector("[data-text]");

  idOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-segment]")?.dataset.segment;

  /** In the order of the document: the one `step` rows further, or null. */
  beside(id, step) {
    const { segments } = this.editing;
    return segments[segments.indexOf(this.editing.row(id)) + step]?.id ?? null;
  }

  show(id, block = "nearest") {
    const element = this.element(id);
    if (block !== "nearest" || !isInSight(element)) element.scrollIntoView({ block: "center" });
  }

  fillAll = () => this.#sheets.fillAll();

  /** Number of a speaker's colour; 0 is nobody's. */
  voice = (speakerId) => this.#voices.get(speakerId) ?? 0;

  #fill(element, ids) {
    const rows = ids.map((id) => this.editing.row(id)).filter(Boolean);
    element.append(...rows.map((row) => this.#made(row)));
    this.#sayWhoSpeaks(rows);
  }

  #made(row) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    element.dataset.segment = row.id;
    this.#rows.set(row.id, element);
    this.#write(row, element);
    const gaps = (this.#gaps.get(row.id) ?? []).map((gap) => this.#madeGap(gap));
    element.prepend(...gaps);
    return element;
  }

  #madeGap({ start, end }) {
    const element = this.gap.content.firstElementChild.cloneNode(true);
    element.querySelector("[data-gap-time]").textContent = `${clock(start)}–${clock(end)}`;
    return element;
  }

  /** Each before the first segment that begins after it; what is left, before the last. */
  #placeGaps() {
    const { segments, document } = this.editing;
    this.#gaps = Map.groupBy(document.unheard ?? [], (gap) => {
      return (segments.find((row) => row.start >= gap.start) ?? segments.at(-1))?.id;
    });
  }

  #write(row, element = this.#rows.get(row.id)) {
    if (!element) return;
    const name = this.editing.speakerName(row.speaker);
    const part = (what) => element.querySelector(`[data-${what}]`);
    const { playFrom, nobody, field } = this.template.dataset;
    const time = clock(row.start);
    part("stamp").textContent = time;
    part("stamp").dataset.seek = row.start;
    part("stamp").setAttribute("aria-label", playFrom.replace("{time}", time));
    part("who").textContent = name || nobody;
    part("who").dataset.sign = this.#signs.get(row.speaker) ?? "–";
    const text = part("text");
    if (text.textContent !== row.text) rewrite(text, row.text);
    text.setAttribute("aria-label", field.replace("{who}", name || nobody).replace("{time}", time));
    part("note").textContent = row.note ?? "";
    part("note").hidden = !row.note;
    element.className = `segment voice-${this.voice(row.speaker)}`;
    element.classList.toggle("is-edited", row.edited);
  }

  /** The name stands where the speaker changes. */
  #sayWhoSpeaks(rows) {
    for (const row of rows) {
      const before = this.editing.row(this.beside(row.id, -1));
      this.#rows.get(row.id)?.classList.toggle("says-who", !before || before.speaker !== row.speaker);
    }
  }

  #countVoices() {
    this.#signs = new Map(this.editing.document.speakers.map(({ id }, index) => [id, index + 1]));
    this.#voices = new Map([...this.#signs].map(([id, number]) => [id, ((number - 1) % 8) + 1]));
  }

  #follow({ steps, place, source }) {
    const changed = new Set();
    const before = this.#signs;
    const renamed = new Set(steps.filter(([{ op }]) => op === "rename_speaker").map(([{ id }]) => id));
    for (const [, inverse] of steps) {
      for (const back of inverse) {
        if (back.op === "splice") this.#exchange(back, changed);
        else if (back.op === "put") back.segments.forEach((row) => changed.add(row.id));
        else if (back.op === "speaker") back.segments.forEach((id) => changed.add(id));
        else if (back.op === "note") changed.add(back.segment);
      }
    }
    this.#countVoices();
    const others = new Set([...renamed, ...[...this.#signs.keys()].filter((id) => before.get(id) !== this.#signs.get(id))]);
    for (const { id, speaker } of others.size ? this.editing.segments : []) if (others.has(speaker)) changed.add(id);
    const rows = [...changed].map((id) => this.editing.row(id)).filter(Boolean);
    for (const row of rows) this.#write(row);
    const neighbours = rows.length > MANY_ROWS ? [] : rows.map((row) => this.editing.row(this.beside(row.id, 1)));
    this.#sayWhoSpeaks([...rows, ...neighbours.filter(Boolean)]);
    if ((source === "undo" || source === "redo") && this.editing.row(place)) this.show(place);
  }

  /** Rows that came and went: `back` is what would take it back. */
  #exchange({ after, remove, insert }, changed) {
    const gone = insert.map((row) => row.id).filter((id) => !remove.includes(id));
    const anchor = insert.length ? this.element(insert[0].id) : null;
    const place = anchor ?? (after === null ? null : this.element(after));
    const fresh = remove.filter((id) => !this.#rows.has(id) && this.editing.row(id));
    for (const id of remove) changed.add(id);
    const made = fresh.map((id) => this.#made(this.editing.row(id)));
    if (anchor && remove.includes(anchor.dataset.segment)) anchor.after(...made);
    else if (anchor) anchor.before(...made);
    else if (place) place.after(...made);
    else this.#first().prepend(...made);
    for (const id of gone) {
      this.#rows.get(id)?.remove();
      this.#rows.delete(id);
    }
    if (after !== null) changed.add(after);
  }

  #first() {
    if (!this.place.firstElementChild) this.lay();
    return this.place.firstElementChild ?? this.place;
  }
}

/** The caret stays where it was, as far as there is text. */
function rewrite(field, text) {
  const caret = field === document.activeElement ? caretIn(field) : null;
  field.textContent = text;
  if (caret) setCaret(field, Math.min(caret.start, text.length));
}

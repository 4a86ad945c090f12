// All that one segment has beside its words: times, a note, what the machine said, and its end.
import { exactTime, problemWithTimes, typedTime } from "./times.js";

export class SegmentDialog {
  #segment = null;

  constructor(desk) {
    Object.assign(this, { desk, dialog: desk.part("segment-dialog") });
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.#save(event));
    this.dialog.querySelector("[data-delete-segment]").addEventListener("click", () => this.#delete());
    desk.rows.place.addEventListener("click", ({ target }) => {
      if (target.closest("[data-segment-menu]")) this.open("start", desk.rows.idOf(target));
    });
  }

  get row() {
    return this.desk.editing.row(this.#segment);
  }

  field = (name) => this.dialog.querySelector(`[name=${name}]`);

  /** For the segment at hand. False where there is none. */
  open(name, segment = this.desk.chosen.ids[0]) {
    if (!this.desk.editing.row(segment)) return false;
    this.desk.typing.commit();
    this.#segment = segment;
    this.field("start").value = exactTime(this.row.start);
    this.field("end").value = exactTime(this.row.end);
    this.field("note").value = this.row.note ?? "";
    this.dialog.querySelector("[data-words]").textContent = this.row.text;
    this.#complain(null);
    this.dialog.dispatchEvent(new CustomEvent("sotto:opened", { detail: this.row }));
    this.dialog.showModal();
    this.field(name).focus();
    return this.field(name).select();
  }

  #complain(problem) {
    const place = this.dialog.querySelector("[data-problem]");
    place.textContent = problem ? place.dataset[problem] : "";
    for (const name of ["start", "end"]) this.field(name).setAttribute("aria-invalid", String(Boolean(problem)));
  }

  #save(event) {
    const { editing, article } = this.desk;
    const { row } = this;
    if (!row) return;
    const [start, end] = ["start", "end"].map((name) => typedTime(this.field(name).value));
    const isMoved = exactTime(row.start) !== this.field("start").value || exactTime(row.end) !== this.field("end").value;
    const problem = isMoved ? problemWithTimes(start, end, Math.max(row.end, Number(article.dataset.duration))) : null;
    this.#complain(problem);
    if (problem) return void event.preventDefault();
    const segment = row.id;
    const note = this.field("note").value.trim();
    editing.act([
      ...(isMoved ? [{ op: "times", segment, start, end }] : []),
      ...(note !== (row.note ?? "") ? [{ op: "note", segment, note }] : []),
    ], segment);
  }

  #delete() {
    this.dialog.close();
    this.delete([this.#segment]);
  }

  /** Those chosen, or the one at hand; the caret goes on to what stands behind them. */
  delete(segments = this.desk.chosen.ids) {
    const { editing, typing, rows, chosen } = this.desk;
    typing.commit();
    const there = segments.filter((id) => editing.row(id));
    if (!there.length) return false;
    const next = rows.beside(there.at(-1), 1) ?? rows.beside(there[0], -1);
    editing.act([{ op: "delete", segments: there }], next);
    chosen.clear();
    return next ? typing.enter(next) : undefined;
  }
}

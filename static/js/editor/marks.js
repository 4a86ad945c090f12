// Notes and bookmarks, in the order of their times: a list to go by.
import { clock } from "../media/words.js";
import { newId } from "./editing.js";
import { sentence } from "./sentence.js";

const SHOWN_AFTER_MS = 200;
const TEXT_AT_MOST = 80;

export class Marks {
  #timer = 0;
  #marked = null; // id of the bookmark that the dialog is about

  constructor(desk) {
    Object.assign(this, { desk, place: desk.part("marks"), dialog: desk.part("mark-dialog") });
    const soon = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.show(), SHOWN_AFTER_MS);
    };
    for (const name of ["change", "replaced"]) desk.editing.addEventListener(name, soon);
    desk.ending.signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.place.querySelector("ol").addEventListener("click", ({ target }) => this.#click(target));
    this.dialog.querySelector("form").addEventListener("submit", () => this.#rename());
    this.show();
  }

  get all() {
    return this.desk.editing.document.marks ?? [];
  }

  /** Where the recording plays, or where the caret is. */
  add() {
    const { player, editing, typing, chosen } = this.desk;
    typing.commit();
    const at = editing.row(chosen.ids[0]);
    const time = Math.round(1000 * (player.hasFile && (player.time > 0 || !at) ? player.time : at?.start ?? 0)) / 1000;
    const row = editing.segments.findLast(({ start }) => start <= time) ?? editing.segments[0];
    const text = row ? [...row.text].slice(0, TEXT_AT_MOST).join("") : "";
    editing.act([{ op: "mark", id: newId(), time, text }]);
    this.#say(sentence(this.place.dataset.added, { time: clock(time) }));
    this.show();
  }

  show() {
    const { editing } = this.desk;
    const notes = editing.segments.filter((row) => row.note).map(({ id, start, note }) => ({ kind: "note", id, time: start, text: note }));
    const marks = this.all.map((mark) => ({ kind: "mark", ...mark }));
    const items = [...marks, ...notes].sort((one, other) => one.time - other.time);
    const place = this.place.querySelector("ol");
    const had = place.contains(document.activeElement) && document.activeElement.closest("[data-item]")?.dataset.item;
    place.replaceChildren(...items.map((item) => this.#item(item)));
    if (had) place.querySelector(`[data-item="${had}"] button`)?.focus();
    this.place.querySelector("[data-none]").hidden = items.length > 0;
  }

  #item({ kind, id, time, text }) {
    const item = this.place.querySelector(`template[data-kind=${kind}]`).content.firstElementChild.cloneNode(true);
    Object.assign(item.dataset, { item: id, kind });
    item.querySelector("[data-time]").textContent = clock(time);
    item.querySelector("[data-words]").textContent = text;
    for (const button of item.querySelectorAll("[data-label]")) button.setAttribute("aria-label", sentence(button.dataset.label, { time: clock(time) }));
    return item;
  }

  #click(target) {
    const { item: id, kind } = target.closest("[data-item]")?.dataset ?? {};
    const mark = this.all.find((one) => one.id === id);
    if (target.closest("[data-jump]")) this.#jump(mark ? mark.time : this.desk.editing.row(id).start, mark ? null : id);
    else if (target.closest("[data-edit]")) kind === "note" ? this.desk.segmentDialog.open("note", id) : this.#ask(mark);
    else if (target.closest("[data-remove]") && mark) this.desk.editing.act([{ op: "unmark", id }]);
  }

  #jump(time, segment) {
    const { editing, player, typing } = this.desk;
    const id = segment ?? editing.segments.findLast(({ start }) => start <= time)?.id ?? editing.segments[0]?.id;
    player.seek(time);
    if (id) typing.enter(id);
  }

  #ask(mark) {
    this.#marked = mark.id;
    this.dialog.querySelector("[name=text]").value = mark.text;
    this.dialog.showModal();
    this.dialog.querySelector("[name=text]").select();
  }

  #rename() {
    const mark = this.all.find((one) => one.id === this.#marked);
    const text = this.dialog.querySelector("[name=text]").value.trim();
    if (mark && text !== mark.text) this.desk.editing.act([{ op: "mark", ...mark, text }]);
  }

  #say(words) {
    this.place.querySelector("[data-said]").textContent = words;
  }
}

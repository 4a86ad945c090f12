// The list of speakers beside the text, and what can be done with each.
import { clock } from "../media/words.js";
import { newId } from "./editing.js";
import { sentence } from "./sentence.js";
import { problemWithName, talkTimes } from "./talk.js";

const COUNT_AFTER_MS = 300;

export class Speakers {
  #timer = 0;

  constructor(desk) {
    this.desk = desk;
    this.place = desk.part("voices");
    this.dialog = desk.part("speaker-dialog");
    const show = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.show(), COUNT_AFTER_MS);
    };
    for (const name of ["change", "replaced"]) desk.editing.addEventListener(name, show);
    this.place.addEventListener("click", ({ target }) => this.#click(target));
    this.dialog.addEventListener("submit", (event) => this.#submit(event));
    desk.ending.signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.show();
  }

  get all() {
    return this.desk.editing.document.speakers;
  }

  show() {
    const list = this.place.querySelector("ul");
    const times = talkTimes(this.desk.editing.segments);
    const known = new Map([...list.children].map((item) => [item.dataset.speaker, item]));
    const items = this.all.map((speaker, index) => this.#written(known.get(speaker.id), speaker, index, times));
    for (const item of list.children) if (!items.includes(item)) item.remove();
    items.forEach((item, index) => list.children[index] !== item && list.insertBefore(item, list.children[index] ?? null));
  }

  /** To the speaker of that number, counted from 1 as the list shows them. */
  assignNumber(number) {
    const speaker = this.all[number - 1];
    if (speaker) this.assign(speaker.id);
  }

  assign(speaker) {
    const { chosen, editing, typing } = this.desk;
    typing.commit();
    const segments = chosen.ids.filter((id) => editing.row(id).speaker !== speaker);
    if (segments.length) editing.act([{ op: "speaker", segments, speaker }], segments[0]);
  }

  /** Somebody new; `segments` become what they said. */
  add(name, segments = []) {
    const { editing, typing } = this.desk;
    typing.commit();
    const id = newId();
    const given = segments.length ? [{ op: "speaker", segments, speaker: id }] : [];
    editing.act([{ op: "add_speaker", id, name: name.trim() }, ...given], segments[0] ?? null);
    this.show();
  }

  /** The sentence for what is wrong with the name; "" where nothing is. */
  complaint(name, own = null) {
    const problem = problemWithName(name, this.all, own);
    return problem ? this.place.dataset[problem] : "";
  }

  #written(item, speaker, index, times) {
    const made = item ?? this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    made.dataset.speaker = speaker.id;
    made.className = `voice voice-${this.desk.rows.voice(speaker.id)}`;
    const values = { name: speaker.name, number: index + 1 };
    made.querySelector("[data-sign]").textContent = index + 1;
    made.querySelector("[data-name]").textContent = speaker.name;
    made.querySelector("[data-talk]").textContent = clock(times.get(speaker.id) ?? 0);
    for (const button of made.querySelectorAll("[data-label]")) button.setAttribute("aria-label", sentence(button.dataset.label, values));
    return made;
  }

  #click(target) {
    const speaker = target.closest("[data-speaker]")?.dataset.speaker;
    if (target.closest("[data-assign]")) this.assign(speaker);
    else if (target.closest("[data-change]")) this.#ask(speaker);
    else if (target.closest("[data-add]")) this.#ask(null);
  }

  #ask(id) {
    const { dialog } = this;
    const speaker = this.all.find((one) => one.id === id);
    const field = (name) => dialog.querySelector(`[name=${name}]`);
    dialog.dataset.speaker = id ?? "";
    dialog.querySelector("h2").textContent = speaker ? sentence(dialog.dataset.change, speaker) : dialog.dataset.add;
    field("name").value = speaker?.name ?? "";
    const others = speaker ? this.all.filter((one) => one.id !== id) : [];
    const keep = field("into").firstElementChild;
    field("into").replaceChildren(keep, ...others.map((one) => new Option(one.name, one.id)));
    field("into").value = "";
    dialog.querySelector("[data-merging]").hidden = !others.length;
    this.#complain("");
    dialog.showModal();
    field("name").select();
  }

  #complain(words) {
    this.dialog.querySelector("[data-problem]").textContent = words;
    this.dialog.querySelector("[name=name]").setAttribute("aria-invalid", String(Boolean(words)));
  }

  #submit(event) {
    const { editing, typing } = this.desk;
    const { name, into } = Object.fromEntries(new FormData(event.target));
    const id = this.dialog.dataset.speaker || null;
    const problem = into ? "" : this.complaint(name, id);
    if (problem) event.preventDefault();
    this.#complain(problem);
    if (problem) return;
    typing.commit();
    if (into) editing.act([{ op: "merge_speakers", id, into }]);
    else if (!id) this.add(name, this.desk.chosen.range);
    else if (name.trim() !== editing.speakerName(id)) editing.act([{ op: "rename_speaker", id, name: name.trim() }]);
    this.show();
  }
}

// One transcript, to be read, heard, printed and saved.
import { clock } from "../media/words.js";
import { made, part, show, write } from "./dom.js";
import { factsOf, titleOf } from "./library.js";
import { marked } from "./marked.js";
import { Player } from "./player.js";
import { FORMATS, savedAs } from "./saving.js";
import { say } from "./words.js";

const VOICES = 8;

export class Reader {
  #asked = 0;

  constructor() {
    this.player = new Player();
    part("which").addEventListener("change", () => this.#read());
    const save = (format) => {
      const button = made("button", { type: "button", class: "button button-small", "data-format": format, text: format.toUpperCase() });
      button.addEventListener("click", () => savedAs(format, this.document, this.row));
      return button;
    };
    const print = made("button", { type: "button", class: "button button-small", say: "print" });
    print.addEventListener("click", () => globalThis.print());
    part("formats").replaceChildren(...FORMATS.map(save), print);
  }

  async open(opened, row, query) {
    Object.assign(this, { opened, row, query });
    part("title").textContent = titleOf(row);
    part("facts").textContent = factsOf(row).join(" · ");
    part("forged").hidden = !row.isSealed;
    part("which").value = "saved";
    part("versions").hidden = true;
    show("reader");
    await this.#read();
    part("words").querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  /** No word stays on the page. */
  clear() {
    this.#asked += 1;
    Object.assign(this, { opened: null, row: null, document: null, query: "" });
    this.player.clear();
    for (const name of ["title", "facts", "refused", "words"]) part(name).replaceChildren();
  }

  async #read() {
    const mine = (this.#asked += 1);
    this.player.clear();
    part("words").replaceChildren();
    const got = await this.opened.read(this.row, { isMachine: part("which").value === "heard" }).catch(() => null);
    if (mine !== this.#asked) return;
    write(part("refused"), got ? null : "refused");
    part("tools").hidden = !got;
    if (!got) return;
    this.document = got.document;
    part("versions").hidden = !got.hasMachine && part("which").value === "saved";
    this.#write(got.document);
  }

  #write({ segments, speakers, duration }) {
    const numbers = new Map(speakers.map(({ id }, index) => [id, (index % VOICES) + 1]));
    const names = new Map(speakers.map(({ id, name }) => [id, name]));
    let before = null;
    const blocks = segments.map((segment) => {
      const isNew = segment.speaker !== before && names.has(segment.speaker);
      before = segment.speaker;
      return this.#block(segment, isNew ? names.get(segment.speaker) : "", numbers.get(segment.speaker) ?? 0);
    });
    part("words").replaceChildren(...blocks);
    this.player.follow(blocks, segments.map(({ start }) => start), duration);
  }

  #block({ start, text, note }, name, voice) {
    const time = clock(start);
    const stamp = made("button", { type: "button", class: "stamp", text: time, "aria-label": say("play_from", { time }) });
    stamp.addEventListener("click", () => this.player.from(start));
    const parts = [stamp];
    if (name) parts.push(made("p", { class: "speaker", text: name, dir: "auto" }));
    parts.push(made("p", { class: "said-text", dir: "auto" }, ...marked(text, this.query)));
    if (note) parts.push(made("p", { class: "said-note", text: `${say("note")}: ${note}`, dir: "auto" }));
    return made("div", { class: `said voice-${voice}` }, ...parts);
  }
}

// Rows of the list, as many as a reader looks at; the others come when they are asked for.
import { clock } from "../../media/words.js";
import { sentence } from "../../editor/sentence.js";
import { inWords, languageOf } from "../wording.js";

const AT_ONCE = 60;
const [HITS, ALL_HITS, SPEAKERS] = [3, 200, 4];
const [CLOCK, TITLE] = [{ dateStyle: "long" }, "[data-title]"];
const show = (element, text) => {
  element.hidden = !text;
  element.textContent = text;
};

export class Rows {
  #place; #list; #more; #templates; #date; #found = []; #query = null; #speaker = ""; #chosen;

  /** `chosen` is a set of ids. */
  constructor(place, chosen) {
    [this.#place, this.#chosen] = [place, chosen];
    [this.#list, this.#more] = [place.querySelector("[data-rows]"), place.querySelector("[data-more]")];
    const named = (name) => place.querySelector(`template[data-${name}]`).content.firstElementChild;
    this.#templates = { row: named("row"), label: named("label"), hit: named("hit") };
    this.#date = new Intl.DateTimeFormat(document.documentElement.lang, CLOCK);
    this.#more.addEventListener("click", () => this.more());
    this.#list.addEventListener("click", ({ target }) => target.matches("[data-every]") && this.#every(target.closest("[data-row]")));
  }

  /** Of `sifted`. */
  show({ found, query }, speaker = "") {
    const before = document.activeElement?.closest?.("[data-row]")?.dataset.id;
    const shown = Math.max(AT_ONCE, this.#found.length && found.length === this.#found.length ? this.#list.children.length : 0);
    [this.#found, this.#query, this.#speaker] = [found, query, speaker];
    this.#list.replaceChildren(...found.slice(0, shown).map((one) => this.#row(one)));
    this.#tellMore();
    if (before) this.at(before)?.querySelector(TITLE).focus();
  }

  get rows() {
    return [...this.#list.children];
  }

  at = (id) => this.#list.querySelector(`[data-row][data-id="${CSS.escape(id)}"]`);

  /** False where all are there. */
  more() {
    const there = this.#list.children.length;
    const next = this.#found.slice(there, there + AT_ONCE).map((one) => this.#row(one));
    this.#list.append(...next);
    this.#tellMore();
    next[0]?.querySelector(TITLE).focus();
    return next.length > 0;
  }

  #tellMore() {
    const left = this.#found.length - this.#list.children.length;
    this.#place.querySelector("[data-more-of]").hidden = left <= 0;
    this.#more.textContent = sentence(this.#more.dataset.words, { count: Math.min(left, AT_ONCE) });
  }

  #row({ row, said }) {
    const made = this.#templates.row.cloneNode(true);
    const part = (name) => made.querySelector(`[data-${name}]`);
    const link = part("title");
    made.dataset.id = row.id;
    link.textContent = row.title || link.dataset.untitled;
    link.href = `/private/t/${row.id}/`;
    part("choose").checked = this.#chosen.has(row.id);
    part("choose").ariaLabel = sentence(part("choose").dataset.words, { title: link.textContent });
    show(part("duration"), inWords(row.duration));
    show(part("language"), languageOf(row.language));
    part("date").dateTime = row.created_at;
    part("date").textContent = this.#date.format(new Date(row.created_at));
    show(part("speakers"), row.speakers.slice(0, SPEAKERS).join(", ") + (row.speakers.length > SPEAKERS ? " …" : ""));
    part("star").ariaPressed = String(Boolean(row.favourite));
    this.#label(part("labels"), row);
    if (said && this.#query.wanted.length) this.#hits(made, said, HITS);
    return made;
  }

  #label(place, { folder, tags }) {
    const labels = [...(folder ? [["folder", folder]] : []), ...tags.map((tag) => ["tag", tag])];
    place.hidden = !labels.length;
    place.append(...labels.map(([kind, name]) => {
      const made = this.#templates.label.cloneNode(true);
      made.querySelector(`[data-of-${kind === "tag" ? "folder" : "tag"}]`).remove();
      made.querySelector("[data-name]").textContent = name;
      made.classList.toggle("badge-folder", kind === "folder");
      Object.assign(made.dataset, { ask: kind, named: name });
      return made;
    }));
  }

  #every(row) {
    this.#hits(row, this.#found.find((one) => one.row.id === row.dataset.id).said, ALL_HITS);
    row.querySelector(".hit")?.focus();
  }

  #hits(made, said, most) {
    const { hits, isMore } = said.hits(this.#query, most, this.#speaker);
    const place = made.querySelector("[data-hits]");
    place.hidden = !hits.length;
    place.replaceChildren(...hits.map((hit) => this.#hit(made.dataset.id, hit)));
    made.querySelector("[data-all-hits]").hidden = !isMore || most === ALL_HITS;
  }

  #hit(id, { start, speaker, pieces }) {
    const made = this.#templates.hit.cloneNode(true);
    const link = made.querySelector(".hit");
    link.href = `/private/t/${id}/#t=${start.toFixed(3)}`;
    made.querySelector(".hit-at").textContent = clock(start);
    const words = made.querySelector(".hit-words");
    if (speaker) words.append(marked("b", `${speaker}:`), " ");
    words.append(...pieces.map(({ text, isFound }) => (isFound ? marked("mark", text) : text)));
    return made;
  }
}

function marked(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

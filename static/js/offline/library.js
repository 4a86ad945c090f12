// The list of titles, and the search in all of them.
import { clock } from "../media/words.js";
import { breath, listed, made, part, write } from "./dom.js";
import { LANGUAGE, say } from "./words.js";

const AFTER_MS = 200;
const dates = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short" });

export const titleOf = (row) => row.title || say("untitled");

export function factsOf(row) {
  const at = new Date(row.createdAt ?? NaN);
  const parts = [isNaN(at) ? "" : dates.format(at), row.duration ? clock(row.duration) : "", row.isSealed ? say("sealed") : ""];
  return parts.filter(Boolean);
}

export class Library {
  #timer = 0;
  #search = 0;

  /** `read` is given a row, and what was searched for. */
  constructor(read) {
    this.read = read;
    part("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#look();
    });
    part("query").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), AFTER_MS);
    });
  }

  show(opened) {
    this.opened = opened;
    const { problems } = opened;
    part("problems").hidden = !problems.length;
    write(part("problems-count"), problems.length ? "problems" : null, { count: problems.length });
    part("problems-list").replaceChildren(...listed(problems));
    this.#list(opened.rows.map((row) => ({ row })));
  }

  clear() {
    this.opened = null;
    this.#search += 1;
    clearTimeout(this.#timer);
    part("query").value = "";
    for (const name of ["rows", "problems-list", "found"]) part(name).replaceChildren();
  }

  async #look() {
    const mine = (this.#search += 1);
    const query = part("query").value.trim();
    const { opened } = this;
    if (!query) {
      write(part("found"), null);
      return this.#list(opened.rows.map((row) => ({ row })));
    }
    const found = await opened.search(query, async (done, all) => {
      if (mine === this.#search) write(part("found"), "searching", { done, all });
      await breath();
      return mine === this.#search;
    });
    if (mine !== this.#search || !found) return;
    write(part("found"), found.length ? "results" : "results_none", { count: found.length });
    this.#list(found, query);
  }

  #list(found, query = "") {
    part("rows").replaceChildren(...found.map(({ row, hits }) => made("li", {}, this.#button(row, hits, query))));
  }

  #button(row, hits, query) {
    const facts = [...factsOf(row), ...(hits ? [say("hits", { count: hits })] : [])].join(" · ");
    const button = made("button", { type: "button", class: "row" }, made("span", { class: "row-title", text: titleOf(row), dir: "auto" }), made("span", { class: "row-facts", text: facts }));
    button.addEventListener("click", () => this.read(row, query));
    return button;
  }
}

// What is asked of the list: words, filters, order. It stays in this page's memory until it is locked.
import { sentence } from "../../editor/sentence.js";
import { counted } from "../search/sifted.js";
import { languageOf } from "../wording.js";

const WAIT_MS = 120;
const FACETS = { tag: ({ tags }) => tags, folder: ({ folder }) => [folder], speaker: ({ speakers }) => speakers, language: ({ language }) => [language] };
const LABELS = { language: languageOf };

export class Asking {
  #form; #fields;

  /** `onAsk` is called when something else is asked for; `kept` is what was asked before. */
  constructor(form, kept, onAsk, signal) {
    [this.#form, this.#fields] = [form, form.elements];
    for (const [name, value] of Object.entries(kept ?? {})) this.#set(name, value);
    let timer = null;
    signal.addEventListener("abort", () => clearTimeout(timer));
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(onAsk, WAIT_MS);
    };
    form.addEventListener("input", ({ target }) => (target === this.#fields.words ? soon() : onAsk()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onAsk();
    });
    form.querySelector("[data-filters]").open = Object.entries(this.now).some(([name, value]) => value && !["words", "order", "unfinished"].includes(name));
  }

  get now() {
    const { words, order, tag, folder, speaker, language, since, until, favourite } = this.#fields;
    const texts = Object.fromEntries([words, order, tag, folder, speaker, language, since, until].map(({ name, value }) => [name, value]));
    return { ...texts, favourite: favourite.checked, unfinished: true };
  }

  /** A single filter, as a label of a row asks for it. */
  only(name, value) {
    this.clear();
    this.#set(name, value);
    this.#form.querySelector("[data-filters]").open = true;
  }

  clear() {
    this.#form.reset();
  }

  focus() {
    this.#fields.words.focus();
    this.#fields.words.select();
  }

  /** What there is to choose from. What was chosen stays, also where there is none of it any more. */
  offer(rows) {
    for (const [name, valuesOf] of Object.entries(FACETS)) {
      const [field, counts] = [this.#fields[name], counted(rows, valuesOf)];
      const chosen = field.value;
      if (chosen && !counts.some(([value]) => value === chosen)) counts.push([chosen, 0]);
      const label = (value) => LABELS[name]?.(value) ?? value;
      field.replaceChildren(field.options[0], ...counts.map(([value, count]) => new Option(sentence(this.#form.dataset.countOf, { name: label(value), count }), value)));
      field.value = chosen;
      this.#form.querySelector(`[data-facet="${name}"]`).hidden = counts.length < (name === "language" ? 2 : 1);
    }
  }

  #set(name, value) {
    const field = this.#fields[name];
    if (!field) return;
    if (field.type === "checkbox") field.checked = value;
    else {
      if (field.options && ![...field.options].some((one) => one.value === value)) field.add(new Option(value, value));
      field.value = value;
    }
  }
}

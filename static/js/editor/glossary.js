// The reader's own glossary: kept by this browser only, offered where something was put right twice.
import { bare } from "./bare.js";
import { BrowserRules } from "./keptrules.js";
import { correction, isSameRule, ruled } from "./rules.js";
import { sentence } from "./sentence.js";

const OFFER_AT = 2;

export class Glossary {
  #counts = new Map(); // "from → to" → how often
  #before = null; // {segment, text} when the caret came in
  #offered = null;

  constructor(desk) {
    const kept = desk.keptRules ?? new BrowserRules(desk.article.dataset.reader);
    Object.assign(this, { desk, place: desk.part("glossary"), offer: desk.part("offer"), kept, rules: kept.rules });
    const { rows, ending } = desk;
    rows.place.addEventListener("focusin", ({ target }) => this.#come(rows.idOf(target)), { signal: ending.signal });
    rows.place.addEventListener("focusout", () => this.#leave(), { signal: ending.signal });
    this.place.addEventListener("click", ({ target }) => this.#click(target));
    this.place.querySelector("form").addEventListener("submit", (event) => this.#submit(event));
    this.offer.querySelector("[data-yes]").addEventListener("click", () => this.#answer(true));
    this.offer.querySelector("[data-no]").addEventListener("click", () => this.#answer(false));
    kept.follow((theirs) => this.#set(theirs, false), ending.signal);
    this.#show();
  }

  /** Bare word → rule, of rules for one word: where it occurs it is doubtful. */
  get byWord() {
    return new Map(this.rules.filter(({ from }) => !from.includes(" ")).map((rule) => [bare(rule.from), rule]));
  }

  add(rule) {
    if (!this.rules.some((one) => isSameRule(one, rule))) this.#set([...this.rules.filter(({ from }) => from !== rule.from), rule]);
  }

  /** Shows what the rules would change here, to be chosen from. */
  apply(rules = this.rules) {
    this.desk.typing.commit();
    const changes = ruled(this.desk.editing.segments, rules);
    if (changes.length) this.desk.preview.open(changes);
    this.#say(changes.length ? "" : this.place.dataset.nothing);
  }

  #come(segment) {
    const row = segment && this.desk.editing.row(segment);
    this.#before = row ? { segment, text: row.text } : null;
  }

  #leave() {
    const { segment, text } = this.#before ?? {};
    const row = segment && this.desk.editing.row(segment);
    const rule = row && row.text !== text ? correction(text, row.text) : null;
    this.#before = row ? { segment, text: row.text } : null;
    if (rule) this.#count(rule);
  }

  #count(rule) {
    const key = `${rule.from} → ${rule.to}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count !== OFFER_AT || this.rules.some((one) => isSameRule(one, rule))) return;
    this.#offered = rule;
    const words = this.offer.querySelector("[data-words]");
    words.textContent = sentence(words.dataset.words, rule);
    this.offer.hidden = false;
  }

  #answer(isYes) {
    this.offer.hidden = true;
    if (!isYes) return;
    this.add(this.#offered);
    this.apply([this.#offered]);
  }

  #submit(event) {
    event.preventDefault();
    const { from, to } = Object.fromEntries([...new FormData(event.target)].map(([name, text]) => [name, text.trim()]));
    const isUsable = from && to && from !== to;
    this.#say(isUsable ? "" : this.place.dataset.unusable);
    if (!isUsable) return;
    this.add({ from, to });
    event.target.reset();
  }

  #click(target) {
    const rule = this.rules[target.closest("[data-rule]")?.dataset.rule];
    if (target.closest("[data-remove]")) this.#set(this.rules.filter((one) => one !== rule));
    else if (target.closest("[data-apply]")) this.apply([rule]);
    else if (target.closest("[data-apply-all]")) this.apply();
    else if (target.closest("[data-copy-words]")) this.#copy();
  }

  async #copy() {
    const words = [...new Set(this.rules.map(({ to }) => to))].join("\n");
    await navigator.clipboard.writeText(words).then(() => this.#say(this.place.dataset.copied), () => this.#say(words));
  }

  #set(rules, isOurs = true) {
    this.rules = rules;
    if (isOurs) this.kept.keep(rules);
    this.#show();
    this.desk.doubtBar?.forget();
  }

  #show() {
    const template = this.place.querySelector("template").content.firstElementChild;
    this.place.querySelector("ul").replaceChildren(...this.rules.map((rule, index) => {
      const item = template.cloneNode(true);
      item.dataset.rule = index;
      item.querySelector("[data-from]").textContent = rule.from;
      item.querySelector("[data-to]").textContent = rule.to;
      for (const button of item.querySelectorAll("[data-label]")) button.setAttribute("aria-label", sentence(button.dataset.label, rule));
      return item;
    }));
    this.place.querySelector("[data-with-rules]").hidden = !this.rules.length;
  }

  #say(words) {
    this.place.querySelector("[data-said]").textContent = words;
  }
}

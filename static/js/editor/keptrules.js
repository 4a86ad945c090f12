// The rules of a reader's glossary, as this browser keeps them, for all tabs.

export class BrowserRules {
  #key;

  constructor(reader) {
    this.#key = `sotto-glossary ${reader}`;
  }

  get rules() {
    return rulesIn(localStorage, this.#key);
  }

  keep(rules) {
    try {
      if (rules.length) localStorage.setItem(this.#key, JSON.stringify(rules));
      else localStorage.removeItem(this.#key);
    } catch {
      // A browser that keeps nothing: they hold as long as the page does.
    }
  }

  /** `tell` is given what another tab has made of them. */
  follow(tell, signal) {
    addEventListener("storage", ({ key }) => key === this.#key && tell(this.rules), { signal });
  }
}

function rulesIn(storage, key) {
  try {
    const kept = JSON.parse(storage.getItem(key)) ?? [];
    return kept.filter((rule) => typeof rule.from === "string" && typeof rule.to === "string");
  } catch {
    return [];
  }
}

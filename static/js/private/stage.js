// The place of the page where its views appear, each with fresh markup, and are left again without a trace.
export class Stage {
  #main; #ending = null; #leave = null;

  constructor(main) {
    this.#main = main;
  }

  /** At once: nothing that was shown stays in the document. */
  clear() {
    this.#ending?.abort();
    this.#leave?.();
    this.#leave = null;
    this.#main.replaceChildren();
    this.#main.setAttribute("aria-busy", "true");
  }

  /** On the way in from elsewhere the focus stays where a reader begins; from view to view it goes to the heading. */
  async show(name, context, isFirst) {
    const ending = (this.#ending = new AbortController());
    const view = await import(`./views/${name}.js`).catch(() => null);
    if (ending.signal.aborted) return;
    if (!view && name !== "trouble") return this.show("trouble", { ...context, params: { reason: "part" } }, isFirst);
    const template = document.querySelector(`template[data-view="${name}"]`);
    const place = document.createElement("div");
    place.dataset.shown = name;
    place.append(template.content.cloneNode(true));
    this.#main.replaceChildren(place);
    this.#main.removeAttribute("aria-busy");
    document.title = `${template.dataset.title} – Sotto`;
    this.#leave = view?.default(place, { ...context, signal: ending.signal }) ?? null;
    const isThere = (field) => field.offsetParent !== null && !field.closest("dialog");
    const first = [...place.querySelectorAll("[autofocus]")].find(isThere) ?? (isFirst ? null : place.querySelector("h1"));
    first?.focus();
  }
}

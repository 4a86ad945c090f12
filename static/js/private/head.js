// What stands above the text of a private transcript: title, facts, and the form in which its owner labels it.
import { StoreFailed } from "../editor/store.js";
import { MACHINE } from "./history.js";

const UNITS = [["hour", 3600], ["minute", 60], ["second", 1]];

/** "2 hours 3 minutes": the two largest units. */
export function lengthInWords(seconds, language) {
  let rest = Math.round(seconds);
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return [count, unit];
  }).filter(([count, unit], index) => count || (index === UNITS.length - 1 && seconds < 1));
  return parts.slice(0, 2).map(([count, unit]) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count)).join(" ");
}

/** `row` is what the shelf knows of it, or undefined. */
export function showHead(place, store, row, signal) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  const page = document.documentElement.lang;

  function showAbout() {
    const { title, folder, tags } = store.about;
    part("title").textContent = title || part("title").dataset.untitled;
    part("labels-shown").textContent = [folder, ...tags.map((tag) => `#${tag}`)].filter(Boolean).map((label) => ` · ${label}`).join("");
  }

  function showFacts() {
    const { duration, language, model } = store.document;
    const known = [...part("models").content.children].find(({ dataset }) => dataset.id === model);
    const facts = { duration: lengthInWords(duration, page), language: nameOf(language, page), model: known?.textContent ?? model };
    for (const [name, words] of Object.entries(facts)) place.querySelector(`[data-fact=${name}]`).textContent = words;
    const created = place.querySelector("[data-fact=created]");
    created.dateTime = row?.created_at ?? new Date().toISOString();
    created.textContent = new Intl.DateTimeFormat(page, { dateStyle: "long", timeStyle: "short" }).format(new Date(created.dateTime));
  }

  const showVersion = () => (part("untouched").hidden = store.number !== MACHINE);
  store.addEventListener("about", showAbout, { signal });
  store.addEventListener("version", showVersion, { signal });
  showAbout();
  showFacts();
  showVersion();
  labelling(part, store, showAbout);
}

function labelling(part, store, showAbout) {
  const [dialog, said] = [part("labels"), part("label-said")];
  const form = dialog.querySelector("form");
  part("relabel").hidden = false;
  part("relabel").addEventListener("click", () => {
    const { title, folder, tags } = store.about;
    Object.assign(form.elements.title, { value: title });
    Object.assign(form.elements.folder, { value: folder });
    Object.assign(form.elements.tags, { value: tags.join(", ") });
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async () => {
    said.textContent = "";
    try {
      await store.label(labelsIn(form));
      showAbout();
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      said.textContent = said.dataset.failed;
    }
  });
}

function labelsIn(form) {
  const [title, folder, tags] = ["title", "folder", "tags"].map((name) => form.elements[name].value.trim());
  return { title, folder, tags: [...new Set(tags.split(",").map((tag) => tag.trim()).filter(Boolean))] };
}

function nameOf(language, page) {
  try {
    return new Intl.DisplayNames([page], { type: "language" }).of(language);
  } catch {
    return language;
  }
}

// What is read here is taken along from here: files made, copied or printed by this browser. Nothing is sent.
import { toClipboard } from "../clipboard.js";
import { sentence } from "../editor/sentence.js";
import { render, renderGently } from "../exports/index.js";
import { fileName } from "../exports/name.js";
import { print } from "../exports/print.js";
import { save } from "../exports/save.js";

/**
 * `place` holds `{% exports_panel %}`. `source` is read at each press: `{document, title, madeOn, signal}`,
 * `madeOn` as 2026-11-23; when `signal` ends, so does all that is still under way.
 */
export function showExports(place, source) {
  const root = place.querySelector("[data-exports]");
  const [form, said] = [root.querySelector("form"), root.querySelector("[data-said]")];
  const usual = optionsOf(form);
  const take = (button, options) => told(said, () => taken(button.dataset, options, source, said));
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.format) take(button, usual);
    if (button?.matches("[data-copy]")) told(said, () => copied(root, usual, source, said));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(root.querySelector(`[data-format="${form.elements.format.value}"]`), optionsOf(form));
  });
}

async function taken({ format, type, extension }, options, source, said) {
  const head = { title: source.title, madeOn: source.madeOn };
  if (format === "pdf") return print(source.document, options, head, source.signal);
  const name = fileName(source.title, extension);
  said.textContent = sentence(said.dataset.making, { name });
  const bytes = await renderGently(format, source.document, options, head, source.signal);
  if (!bytes || source.signal?.aborted) return undefined;
  save(bytes, type, name, source.signal);
  said.textContent = sentence(said.dataset.made, { name });
  return undefined;
}

async function copied(root, options, source, said) {
  await toClipboard(new TextDecoder().decode(render("txt", source.document, options)), root);
  said.textContent = said.dataset.copied;
}

/** Says so when it does not succeed. */
async function told(said, act) {
  said.textContent = "";
  try {
    await act();
  } catch (error) {
    said.textContent = said.dataset.failed;
    throw error;
  }
}

/** What a form asks for; a number that is left open is as the server made it. */
function optionsOf(form) {
  const { speakers, timestamps, paragraphs, notes } = form.elements;
  const numbers = [...form.querySelectorAll("input[type=number]")];
  return {
    speakers: speakers.value ? speakers.value === "true" : null,
    timestamps: timestamps.checked,
    paragraphs: paragraphs.value === "true",
    notes: notes.checked,
    ...Object.fromEntries(numbers.map(({ name, value, defaultValue }) => [name, Number(value || defaultValue)])),
  };
}

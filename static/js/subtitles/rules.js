// The rules that cues keep: a form that this browser remembers for all transcripts. They hold nothing
// of a transcript. The same form asks for the file, so that it has what is seen.
const KEPT_AS = "sotto-subtitles";

/** Tells of itself by `change`. `layout` is what the cues are made with. */
export class Rules extends EventTarget {
  layout;

  constructor(form, storage = globalThis.localStorage) {
    super();
    Object.assign(this, { form, storage, preset: form.querySelector("[data-preset]") });
    this.presets = JSON.parse(this.preset.dataset.numbers);
    this.numbers = [...form.querySelectorAll("input[type=number]")];
    fillWithKept(form, storage);
    this.#read();
    form.addEventListener("input", ({ target }) => this.#changed(target));
  }

  #changed(target) {
    if (target === this.preset) fill(this.form, this.presets[target.value] ?? {});
    if (!this.#read()) return;
    const kept = Object.fromEntries(named(this.form).map(({ name, value }) => [name, value]));
    try {
      this.storage.setItem(KEPT_AS, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing: they hold as long as the page does.
    }
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** False where a number is out of bounds: the rules stay what they were. */
  #read() {
    for (const field of this.numbers) field.setAttribute("aria-invalid", String(!field.validity.valid));
    if (this.numbers.some((field) => !field.validity.valid)) return false;
    const options = Object.fromEntries(this.numbers.map(({ name, value }) => [name, Number(value)]));
    const isSame = (numbers) => Object.entries(numbers).every(([name, value]) => options[name] === value);
    this.preset.value = Object.keys(this.presets).find((id) => isSame(this.presets[id])) ?? "";
    const { speakers, format } = this.form.elements;
    options.speakers = speakers.value ? speakers.value === "true" : null;
    this.layout = { options, labelInText: format.value === "srt" };
    return true;
  }
}

/** The rules that this browser keeps, in any form with their names. */
export function fillWithKept(form, storage = globalThis.localStorage) {
  try {
    fill(form, JSON.parse(storage.getItem(KEPT_AS)) ?? {});
  } catch {
    // None, or in a form of before: the form stays as the server made it.
  }
}

/** What does not fit its field stays out. */
function fill(form, values) {
  for (const field of named(form)) {
    if (!(field.name in values)) continue;
    const before = field.value;
    field.value = values[field.name];
    if (!field.value || !field.checkValidity()) field.value = field.name === "speakers" ? "" : before;
  }
}

function named(form) {
  return [...form.elements].filter((field) => field.name);
}

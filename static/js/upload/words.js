/** The sentence of that name that came with the page, with its `{places}` filled in. */
export function fill(section, name, values = {}) {
  const texts = section.querySelector("[data-texts]").content;
  const sentence = texts.querySelector(`[data-text="${name}"]`)?.textContent ?? "";
  return sentence.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** `3.2 MB`, in the page's language. */
export function inBytes(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const language = document.documentElement.lang || undefined;
  const style = { style: "unit", unit: UNITS[power], maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat(language, style).format(bytes / 1000 ** power);
}

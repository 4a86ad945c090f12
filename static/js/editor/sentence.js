/** A sentence that the page brought along, with `{name}` filled in. */
export const sentence = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

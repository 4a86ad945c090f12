// Lengths and languages as the reader's browser says them.
const locale = () => document.documentElement.lang;
const UNITS = [["hour", 3600], ["minute", 60], ["second", 1]];
const MOST_UNITS = 2;

/** "2 hours 3 minutes": the two largest units. */
export function inWords(seconds) {
  let left = Math.round(seconds);
  const said = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count || (unit === "second" && seconds < 1) ? [new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count)] : [];
  });
  return said.slice(0, MOST_UNITS).join(" ");
}

export function languageOf(code) {
  try {
    return new Intl.DisplayNames(locale(), { type: "language" }).of(code);
  } catch {
    return code; // of no language that is known here
  }
}

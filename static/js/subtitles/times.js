// Milliseconds, to the same ones as in Python.
/** How long it takes to read so many characters. */
export const readMs = (chars, options) => -floorDivided(-chars * 1000, options.max_cps);

/** How long a cue of so many characters should stand. */
export function wantedMs(chars, options) {
  return Math.max(toMs(options.min_seconds), Math.min(readMs(chars, options), toMs(options.max_seconds)));
}

/** As Python rounds: halves to the even side. */
export function toMs(seconds) {
  const exact = seconds * 1000;
  const rounded = Math.round(exact);
  return Math.abs(exact % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/** As Python's `//` for floats, whose quotient is never rounded up. */
function floorDivided(dividend, divisor) {
  const rest = dividend % divisor;
  const quotient = (dividend - rest) / divisor - (rest !== 0 && rest < 0 !== divisor < 0 ? 1 : 0);
  return Math.round(quotient);
}

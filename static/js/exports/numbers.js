// Numbers as Python writes them.

/** A float as `repr` has it: always with a point or an exponent. */
export function floatText(number) {
  const [digits, exponent] = String(number).split("e");
  const sign = Object.is(number, -0) ? "-" : "";
  if (exponent === undefined && Math.abs(number) < 1e16 && (number === 0 || Math.abs(number) >= 1e-4)) {
    return sign + (digits.includes(".") ? digits : `${digits}.0`);
  }
  const [whole, power] = number.toExponential().split("e");
  return `${whole}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

/** With three decimals: of two that are equally near the even one, where JavaScript takes the larger. */
export function thousandths(number) {
  const isTie = Math.abs((number * 16) % 2) === 1; // no other binary fraction ends in half a thousandth
  const nearer = Math.trunc(number * 1000);
  return (isTie && nearer % 2 === 0 ? nearer / 1000 : number).toFixed(3);
}

/** Hours, minutes and seconds; parted from the milliseconds by `point`, where there are any. */
export function cueTime(milliseconds, point) {
  return clock(milliseconds / 1000) + point + String(milliseconds % 1000).padStart(3, "0");
}

export function clock(seconds) {
  const whole = Math.trunc(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

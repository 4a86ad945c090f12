/** "1:02:03.250" or "62,5" as seconds; null where it is no time. */
export function typedTime(text) {
  const parts = text.trim().replace(",", ".").match(/^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/);
  if (!parts) return null;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  if (parts[2] !== undefined && seconds >= 60) return null;
  if (parts[1] !== undefined && minutes >= 60) return null;
  return Math.round(1000 * (3600 * hours + 60 * minutes + seconds)) / 1000;
}

/** `0:07.250`, `1:02:03.000`: to the millisecond, as it can be typed. */
export function exactTime(seconds) {
  const all = Math.round(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(all / 3_600_000), Math.floor(all / 60_000) % 60];
  const rest = `${two(Math.floor(all / 1000) % 60)}.${String(all % 1000).padStart(3, "0")}`;
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** What is wrong with a segment from `start` to `end` in a recording that lasts `duration`; or null. */
export function problemWithTimes(start, end, duration) {
  if (start === null || end === null) return "unreadable";
  if (end < start) return "backwards";
  return end > duration + 0.001 ? "beyond" : null;
}

// When somebody speaks. All times are in seconds.

/** The stretches of `segments` in which anybody speaks, joined where they touch: `[{start, end}]`. */
export function spoken(segments) {
  const stretches = [];
  for (const { start, end } of segments.toSorted((a, b) => a.start - b.start)) {
    const last = stretches.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else stretches.push({ start, end });
  }
  return stretches;
}

/** Where a listener who does not want silences goes on from `time`; null where it is none, or short. */
export function pastSilence(stretches, time, shortest, before) {
  const next = stretches[firstAfter(stretches, time)];
  const last = stretches[firstAfter(stretches, time) - 1];
  if (!next || (last && time < last.end)) return null;
  if (next.start - (last?.end ?? 0) < shortest) return null;
  return next.start - before > time ? next.start - before : null;
}

/** Index of the first that begins after `time`. */
function firstAfter(stretches, time) {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From the first word of these segments to the last. */
export function whole(rows) {
  return { start: Math.min(...rows.map((row) => row.start)), end: Math.max(...rows.map((row) => row.end)) };
}

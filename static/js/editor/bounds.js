// Where one segment ends and the next begins, moved by hand: never so that they overlap.
const SHORTEST_SECONDS = 0.02;
const TOUCHING_SECONDS = 0.0005;

const rounded = (seconds) => Math.round(seconds * 1000) / 1000;
const times = ({ id }, start, end) => ({ op: "times", segment: id, start, end });

/**
 * The operations that bring the `edge` ("start" or "end") of a segment to `time`, or as near as its
 * neighbours leave it; none where it is there. What touched it goes along, what is in its way gives way.
 */
export function moved(segments, id, edge, time, duration = Infinity) {
  const index = segments.findIndex((row) => row.id === id);
  const row = segments[index];
  const isStart = edge === "start";
  const other = segments[index + (isStart ? -1 : 1)];
  const lowest = isStart ? (other ? other.start + SHORTEST_SECONDS : 0) : row.start + SHORTEST_SECONDS;
  const highest = isStart ? row.end - SHORTEST_SECONDS : other ? other.end - SHORTEST_SECONDS : duration;
  const to = rounded(Math.min(Math.max(time, lowest), highest));
  if (lowest > highest || to === row[edge]) return [];
  const mine = isStart ? times(row, to, row.end) : times(row, row.start, to);
  if (!other) return [mine];
  const touches = Math.abs(isStart ? other.end - row.start : other.start - row.end) < TOUCHING_SECONDS;
  if (isStart) return touches || other.end > to ? [times(other, other.start, to), mine] : [mine];
  return touches || other.start < to ? [mine, times(other, to, other.end)] : [mine];
}

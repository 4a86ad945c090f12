// How far all of them are, as one.
const SENT_SHARE = 0.25; // of an item's work; the rest is listening
const KNOWN_AFTER_SECONDS = 5;
const KNOWN_FROM = 0.05;
const ENDED = new Set(["done", "failed", "cancelled"]);

/** `{total, done, failed, cancelled, open, fraction}` of items here and of batches of before. */
export function tallyOf(items, batches) {
  const own = items.filter((item) => !item.batch?.isRestored);
  const tally = { total: own.length, done: 0, failed: 0, cancelled: 0, open: 0, fraction: 0 };
  let weight = 0;
  let worked = 0;
  for (const item of own) {
    tally[ENDED.has(item.state) ? item.state : "open"] += 1;
    weight += item.file.size + 1;
    worked += (item.file.size + 1) * fractionOf(item);
  }
  tally.fraction = weight ? worked / weight : 0;
  for (const { expected, state } of batches) addBatch(tally, expected, state);
  return tally;
}

/** Seconds until all have ended, or nothing while nobody can know. */
export function secondsLeft(fraction, fractionAtStart, elapsedSeconds) {
  const worked = fraction - fractionAtStart;
  if (elapsedSeconds < KNOWN_AFTER_SECONDS || worked < KNOWN_FROM || fraction >= 1) return null;
  return (elapsedSeconds * (1 - fraction)) / worked;
}

function fractionOf({ state, sent, file }) {
  if (ENDED.has(state)) return 1;
  if (state === "working") return SENT_SHARE;
  return file.size ? (SENT_SHARE * sent) / file.size : 0;
}

/** By number: what the files of before were like is not known any more. */
function addBatch(tally, expected, state) {
  const { done = 0, failed = 0, cancelled = 0 } = state ?? {};
  const total = Math.max(expected, (state?.jobs ?? []).length);
  const ended = done + failed + cancelled;
  const share = total / Math.max(tally.total + total, 1);
  tally.fraction = tally.fraction * (1 - share) + share * (total ? ended / total : 1);
  tally.total += total;
  tally.done += done;
  tally.failed += failed;
  tally.cancelled += cancelled;
  tally.open += state?.settled_at ? 0 : Math.max(total - ended, 0);
}

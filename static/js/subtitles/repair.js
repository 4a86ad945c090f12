// What helps a cue that breaks a rule, without changing a word. Each way is tried; one that leaves
// fewer such cues around it is taken. As operations, so that it is undone and saved as any edit is.
import { Unfit } from "../editor/operations.js";
import { charsOf } from "./blocks.js";
import { toMs, wantedMs } from "./times.js";
import { Stretch } from "./trial.js";

export const MOST_MOVED_MS = 500; // a cue that is further from what is heard looks wrong

/**
 * `{operations, ways}` for one cue, or null where only other words or times would help. `ways` are
 * `{way, ms}`: "earlier" (begins so much earlier), "later" (the next does), "joined" (with a
 * neighbour), "shortened" (ends earlier). `layout` is `{options, labelInText}`.
 */
export function repairOf(document, cue, layout, newId) {
  const place = document.segments.findIndex((row) => row.id === cue.segment);
  return repairIn(new Stretch(document, place, layout), cue, newId);
}

export function repairIn(stretch, { segment, from }, newId) {
  const at = stretch.cues.findIndex((one) => one.segment === segment && one.from === from);
  if (at < 0 || !stretch.isBroken(stretch.cues[at], at, stretch.cues)) return null;
  for (const ways of candidates(stretch, at)) {
    const change = (trial) => ways.forEach(({ way, ms, first = at }) => WAYS[way](trial, stretch, first, ms));
    const isJoin = ways.some(({ way }) => way === "joined");
    const operations = stretch.better(change, newId, isJoin ? stretch.cues.length - 1 : undefined);
    if (operations) return { operations, ways: ways.map(({ way, ms }) => ({ way, ms })) };
  }
  return null;
}

/** What may help, the gentlest first. What changes more to the right comes first: places stay true. */
function* candidates({ cues, layout: { options }, document }, at) {
  const [before, cue, next, behind] = [cues[at - 1], cues[at], cues[at + 1], cues[at + 2]];
  const gapMs = toMs(options.gap_seconds);
  const wanted = (one) => wantedMs(charsOf(one.lines), options);
  const overMs = cue.endMs - cue.startMs - toMs(options.max_seconds);
  if (overMs > 0) yield [{ way: "shortened", ms: overMs }];
  const gapLacksMs = next ? Math.max(0, gapMs - (next.startMs - cue.endMs)) : 0;
  const lackMs = wanted(cue) - (cue.endMs - cue.startMs) + gapLacksMs;
  if (lackMs <= 0) return;
  const within = (...limits) => Math.max(0, Math.min(...limits));
  const free = within(lackMs, MOST_MOVED_MS, cue.startMs - (before ? before.endMs + gapMs : 0));
  if (free >= lackMs) yield [{ way: "earlier", ms: free }];
  yield [{ way: "joined" }];
  yield [{ way: "joined", first: at - 1 }];
  const room = next ? (behind ? behind.startMs - gapMs : Math.max(next.endMs, toMs(document.duration))) - next.startMs : 0;
  const late = next ? within(lackMs - free, MOST_MOVED_MS, room - wanted(next)) : 0;
  const spare = before ? before.endMs - before.startMs - wanted(before) : 0;
  const taken = within(lackMs - free - late, MOST_MOVED_MS - free, spare);
  if (free + late + taken < lackMs) return;
  const early = free + taken;
  yield [late && { way: "later", ms: late }, early && { way: "earlier", ms: early }].filter(Boolean);
}

const WAYS = {
  earlier(trial, { cues, layout }, at, ms) {
    const startMs = cues[at].startMs - ms;
    const segment = trial.begunBy(cues[at]);
    const before = cues[at - 1]?.segment;
    const leftMs = startMs - toMs(layout.options.gap_seconds);
    if (before && trial.row(before).end * 1000 > leftMs) trial.setTimes(before, { endMs: leftMs }, 2 * MOST_MOVED_MS);
    trial.setTimes(segment, { startMs }, MOST_MOVED_MS);
  },

  later(trial, { cues }, at, ms) {
    const startMs = cues[at + 1].startMs + ms;
    trial.setTimes(trial.begunBy(cues[at + 1]), { startMs }, MOST_MOVED_MS);
  },

  /** Two that make one cue. */
  joined(trial, { cues, layout: { options } }, at) {
    const [one, other] = [cues[at], cues[at + 1]];
    if (!one || !other || one.segment === other.segment) throw new Unfit("", "There is nothing to join it with.");
    const isLong = other.endMs - one.startMs > toMs(options.max_seconds);
    const isWide = charsOf([...one.lines, ...other.lines]) > options.max_chars * options.max_lines;
    const areTwo = trial.row(one.segment).speaker !== trial.row(other.segment).speaker;
    if (isLong || isWide || areTwo) throw new Unfit(one.segment, "They make no single cue.");
    trial.apply({ op: "merge", segment: one.segment, next: other.segment });
  },

  shortened(trial, { cues, layout }, at) {
    const next = cues[at + 1];
    if (next?.segment === cues[at].segment) trial.begunBy(next);
    trial.setTimes(cues[at].segment, { endMs: cues[at].startMs + toMs(layout.options.max_seconds) });
  },
};

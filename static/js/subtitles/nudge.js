// The edge of a cue moved by hand. What is in its way gives way, and no two overlap.
import { newId } from "../editor/editing.js";
import { Unfit } from "../editor/operations.js";
import { sentence } from "../editor/sentence.js";
import { exactTime } from "../editor/times.js";
import { toMs } from "./times.js";
import { Stretch } from "./trial.js";

/** The operations that move `edge` ("start" or "end") of a cue; null where the rules leave it as it is. */
export function nudged(document, cues, at, edge, ms, layout, makeId = newId) {
  const place = document.segments.findIndex((row) => row.id === cues[at].segment);
  const stretch = new Stretch(document, place, layout);
  const times = (some) => some.map(({ startMs, endMs }) => `${startMs} ${endMs}`).join();
  const trial = stretch.trial(makeId);
  try {
    EDGES[edge](trial, cues.slice(Math.max(0, at - 1), at + 2), Math.min(at, 1), ms, toMs(layout.options.gap_seconds));
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
  return times(stretch.cuesIn(trial.rows)) === times(stretch.cues) ? null : trial.operations;
}

const EDGES = {
  start(trial, cues, at, ms, gapMs) {
    const [before, cue] = [cues[at - 1], cues[at]];
    const startMs = cue.startMs + ms;
    if (before && startMs - gapMs <= before.startMs) throw new Unfit(cue.segment, "Another is there.");
    const segment = trial.begunBy(cue);
    if (before && trial.row(before.segment).end * 1000 > startMs - gapMs) trial.setTimes(before.segment, { endMs: startMs - gapMs });
    trial.setTimes(segment, { startMs });
  },

  end(trial, cues, at, ms, gapMs) {
    const [cue, next] = [cues[at], cues[at + 1]];
    const endMs = cue.endMs + ms;
    if (next && endMs + gapMs >= next.endMs) throw new Unfit(next.segment, "Another is there.");
    const following = next && trial.begunBy(next);
    trial.setTimes(cue.segment, { endMs });
    if (next && endMs + gapMs > next.startMs) trial.setTimes(following, { startMs: endMs + gapMs });
  },
};

/** An act of acts.js: by the step that was chosen; each press can be taken back. */
export const nudge = (edge, direction) => ({ editing, list, timeline, rules, player, part }) => {
  const [cue, said] = [timeline.cues[list.at], part("said")];
  if (!cue) return false;
  const ms = direction * toMs(player.settings.get("nudge"));
  const operations = nudged(editing.document, timeline.cues, list.at, edge, ms, rules.layout);
  if (operations) editing.act(operations, cue.segment);
  const { startMs, endMs } = timeline.cues[list.at];
  const times = { start: exactTime(startMs / 1000), end: exactTime(endMs / 1000) };
  said.textContent = sentence(operations ? said.dataset.times : said.dataset.stays, times);
  return undefined;
};

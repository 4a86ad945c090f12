// The cues of one segment, before its neighbours have a say. The twin of the same in transcripts/exports/_cues.py.
import { blocksOf } from "./blocks.js";
import { sizeOf } from "./prose.js";
import { toMs } from "./times.js";
import { unitsOf } from "./units.js";

const KEPT = ["id", "text", "start", "end"];
const remembered = new WeakMap(); // by the words, which are replaced where a segment changes

/** Fresh ones each time; made anew only where something is another than the last time. */
export function ofSegment(segment, speaker, label, options) {
  const known = remembered.get(segment.words);
  const isSame = known && known.options === options && known.speaker === speaker && known.label.text === label.text &&
    known.label.onEveryCue === label.onEveryCue && KEPT.every((name) => known.segment[name] === segment[name]);
  const made = isSame ? known.made : makeCues(segment, speaker, label, options);
  const { id, text, start, end } = segment;
  if (!isSame) remembered.set(segment.words, { segment: { id, text, start, end }, speaker, label, options, made });
  return made.map((cue) => ({ ...cue }));
}

function makeCues(segment, speaker, label, options) {
  const isTight = options.max_lines === 1 && label.text;
  const room = options.max_chars - (isTight ? sizeOf(label.text) + 1 : 0);
  const made = [...blocksOf(unitsOf(segment, room), label, options)].map(({ lines, units }) => ({
    startMs: toMs(units[0].start),
    endMs: toMs(Math.max(...units.map((unit) => unit.end))),
    lines, speaker, segment: segment.id, from: units[0].from, to: units.at(-1).to,
  }));
  if (made.length) reachOut(made[0], made.at(-1), segment, toMs(options.max_seconds));
  return made;
}

/** To the edges of the segment, which somebody may have set beyond its words. */
function reachOut(first, last, segment, longestMs) {
  first.startMs = Math.min(first.startMs, Math.max(toMs(segment.start), first.endMs - longestMs));
  last.endMs = Math.max(last.endMs, Math.min(toMs(segment.end), last.startMs + longestMs));
}

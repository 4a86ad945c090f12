// The cues that SRT and VTT will have. The twin of transcripts/exports/_cues.py, to the millisecond:
// they are made here as well because only the reader's browser may be able to read a transcript.
import { charsOf } from "./blocks.js";
import { clean, sizeOf } from "./prose.js";
import { ofSegment } from "./said.js";
import { toMs, wantedMs } from "./times.js";

const KEPT_WHEN_INTERRUPTED_MS = 1000;

/**
 * `[{startMs, endMs, lines, speaker, segment, from, to}]`: `from` and `to` count the visible characters
 * of the segment's text. `options` have the names of an export's.
 */
export function cuesOf(document, options, layout) {
  const making = cuesInSteps(document, options, layout);
  let step = making.next();
  while (!step.done) step = making.next();
  return step.value;
}

/** The same for whoever has other things to do in between: returns them, and pauses behind each segment. */
export function* cuesInSteps(document, options, { labelInText = false } = {}) {
  const named = options.speakers ?? document.speakers.length > 1;
  const names = new Map(document.speakers.map(({ id, name }) => [id, clean(name)]).reverse());
  const made = [];
  let lastSpeaker = "";
  for (const [segment, isInterrupted] of inOrder(document.segments)) {
    const speaker = (named && names.get(segment.speaker)) || "";
    let label = { text: "", onEveryCue: false };
    if (labelInText && speaker && (isInterrupted || speaker !== lastSpeaker)) {
      label = { text: `${shortened(speaker, Math.floor(options.max_chars / 2))}:`, onEveryCue: isInterrupted };
    }
    const some = ofSegment(segment, speaker, label, options);
    made.push(...some);
    if (some.length) lastSpeaker = speaker;
    yield "";
  }
  made.sort((one, other) => one.startMs - other.startMs);
  part(made, toMs(options.gap_seconds));
  slowDown(made, options, toMs(document.duration));
  return made;
}

/** Segments by time, each with whether it shares its time with a neighbour. */
function* inOrder(segments) {
  const ordered = [...segments].sort((one, other) => one.start - other.start || one.end - other.end);
  let saidUntil = 0;
  for (const [index, segment] of ordered.entries()) {
    const nextStart = ordered[index + 1]?.start ?? segment.end;
    yield [segment, segment.start < saidUntil || nextStart < segment.end];
    saidUntil = Math.max(saidUntil, segment.end);
  }
}

function shortened(name, maxChars) {
  return sizeOf(name) <= maxChars ? name : `${[...name].slice(0, maxChars - 1).join("")}…`;
}

function part(made, gapMs) {
  for (const [index, cue] of made.entries()) {
    cue.endMs = Math.max(cue.endMs, cue.startMs + 1);
    const following = made[index + 1];
    if (!following) return;
    const keptUntil = Math.min(cue.endMs, cue.startMs + KEPT_WHEN_INTERRUPTED_MS);
    following.startMs = Math.max(following.startMs, keptUntil);
    cue.endMs = Math.max(cue.startMs + 1, Math.min(cue.endMs, following.startMs - gapMs));
  }
}

/** Let cues stand until they can be read, as far as the next one leaves the time. */
function slowDown(made, options, durationMs) {
  const gapMs = toMs(options.gap_seconds);
  for (const [index, cue] of made.entries()) {
    const limitMs = index + 1 < made.length ? made[index + 1].startMs - gapMs : durationMs;
    cue.endMs = Math.max(cue.endMs, Math.min(cue.startMs + wantedMs(charsOf(cue.lines), options), limitMs));
  }
}

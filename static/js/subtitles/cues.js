// The cues that SRT and VTT will have. The twin of transcripts/exports/_cues.py, to the millisecond:
// they are made here as well because only the reader's browser may be able to read a transcript.
import { blocksOf, charsOf } from "./blocks.js";
import { clean, sizeOf } from "./prose.js";
import { unitsOf } from "./units.js";

const KEPT_WHEN_INTERRUPTED_MS = 1000;

/**
 * `[{startMs, endMs, lines, speaker, segment, from, to}]`: `from` and `to` count the visible characters
 * of the segment's text. `options` have the names of an export's.
 */
export function cuesOf(document, options, { labelInText = false } = {}) {
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
  }
  made.sort((one, other) => one.startMs - other.startMs);
  part(made, toMs(options.gap_seconds));
  slowDown(made, options, toMs(document.duration));
  return made;
}

/** How long a cue of so many characters should stand. */
export function wantedMs(chars, options) {
  const readMs = Math.min(-floorDivided(-chars * 1000, options.max_cps), toMs(options.max_seconds));
  return Math.max(toMs(options.min_seconds), readMs);
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

function ofSegment(segment, speaker, label, options) {
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

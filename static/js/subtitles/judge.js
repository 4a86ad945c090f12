// What a cue keeps of the rules, and what it breaks.
import { charsOf } from "./blocks.js";
import { sizeOf } from "./prose.js";
import { readMs, toMs } from "./times.js";

/** Which rules a cue breaks, by name; `following` is the next cue, if there is one. */
export function problemsOf(cue, following, options) {
  const [chars, lengthMs] = [charsOf(cue.lines), cue.endMs - cue.startMs];
  return [
    cue.lines.some((line) => sizeOf(line) > options.max_chars) && "chars",
    cue.lines.length > options.max_lines && "lines",
    lengthMs < readMs(chars, options) && "fast",
    lengthMs < toMs(options.min_seconds) && "short",
    lengthMs > toMs(options.max_seconds) && "long",
    following && following.startMs - cue.endMs < toMs(options.gap_seconds) && "gap",
  ].filter(Boolean);
}

/** `{seconds, speed, widths}`: characters a second, and in each line. */
export function figuresOf({ startMs, endMs, lines }) {
  const seconds = (endMs - startMs) / 1000;
  return { seconds, speed: charsOf(lines) / seconds, widths: lines.map(sizeOf) };
}

// The units of one cue, and how they fall into lines. The twin of the same in transcripts/exports/_cues.py.
import { sizeOf } from "./prose.js";

const LONGEST_PAUSE_SECONDS = 1.5;
const BREATH_SECONDS = 0.3;
const SENTENCE_ENDS = [".", "?", "!", "…", "。", "\uff1f", "\uff01"];
const CLAUSE_ENDS = [",", ";", ":", "\uff0c", "、", "\uff1b", "\uff1a", "\u060c"];
const CLOSERS = /["'\u2019\u201d)\]\uff09」』]+$/u;

const endsWith = (text, ends) => ends.some((end) => text.endsWith(end));
const longer = (line, unit) => line + (unit.spaced ? " " : "") + unit.text;
export const charsOf = (lines) => lines.reduce((sum, line) => sum + sizeOf(line), 0);
const widest = (lines) => Math.max(...lines.map(sizeOf));

class Block {
  constructor(first, label, options) {
    this.options = options;
    this.units = label ? [{ text: label, spaced: false, start: first.start, end: first.start }] : [];
    this.lines = [label];
    this.add({ ...first, spaced: Boolean(label) });
  }

  add(unit) {
    this.units.push(unit);
    wrap(this.lines, unit, this.options.max_chars);
  }

  /** Whether `unit` belongs to the next cue. */
  isFull(unit) {
    const { max_chars, max_lines, max_seconds } = this.options;
    const last = this.units.at(-1);
    return (
      (this.lines.length === max_lines && sizeOf(longer(this.lines.at(-1), unit)) > max_chars) ||
      unit.start - last.end > LONGEST_PAUSE_SECONDS ||
      unit.end - this.units[0].start > max_seconds ||
      (endsWith(last.text.replace(CLOSERS, ""), SENTENCE_ENDS) && charsOf(this.lines) >= max_chars)
    );
  }

  /** The same number of lines, as even as they can be: no last line of a single word. */
  get balanced() {
    const { lines, units } = this;
    if (lines.length === 1) return lines;
    for (let width = Math.floor(charsOf(lines) / lines.length); width < widest(lines); width += 1) {
      const even = [units[0].text];
      for (const unit of units.slice(1)) wrap(even, unit, width);
      if (even.length <= lines.length && widest(even) <= width) return even;
    }
    return lines;
  }
}

function wrap(lines, unit, maxChars) {
  const whole = longer(lines.at(-1), unit);
  // A letter with its accents may be over long.
  if (!lines.at(-1) || sizeOf(whole) <= maxChars) lines[lines.length - 1] = whole;
  else lines.push(unit.text);
}

/** `label` has a `text`, and says whether it stands `onEveryCue`. */
export function* blocksOf(units, label, options) {
  let begin = 0;
  while (begin < units.length) {
    const text = begin === 0 || label.onEveryCue ? label.text : "";
    let [block, end] = filled(units, begin, units.length, text, options);
    if (end < units.length) {
      end = gentlestCut(units, begin, end);
      [block] = filled(units, begin, end, text, options);
    }
    yield { lines: block.balanced, units: units.slice(begin, end) };
    begin = end;
  }
}

function filled(units, begin, limit, label, options) {
  const block = new Block(units[begin], label, options);
  let end = begin + 1;
  while (end < limit && !block.isFull(units[end])) {
    block.add(units[end]);
    end += 1;
  }
  return [block, end];
}

/** Where a full cue reads best when it ends early: at a sentence, a clause, or a breath. */
function gentlestCut(units, begin, end) {
  let [best, most] = [end, -1];
  for (let cut = begin + Math.floor((end - begin + 1) / 2); cut <= end; cut += 1) {
    const ease = easeOf(units[cut - 1], units[cut]);
    if (ease >= most) [best, most] = [cut, ease];
  }
  return best;
}

function easeOf(last, following) {
  const text = last.text.replace(CLOSERS, "");
  if (endsWith(text, SENTENCE_ENDS)) return 3;
  if (endsWith(text, CLAUSE_ENDS)) return 2;
  return Number(following.start - last.end >= BREATH_SECONDS);
}

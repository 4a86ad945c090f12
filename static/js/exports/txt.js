// Running text, paragraphs parted by an empty line. Notes follow theirs in square brackets.
import { clock } from "./numbers.js";
import { turnsOf } from "./turns.js";

export function* write(document, options) {
  let before = "";
  for (const turn of turnsOf(document, options)) {
    yield before + linesOf(turn, options);
    before = "\n\n";
  }
  if (before) yield "\n";
}

function linesOf(turn, options) {
  const time = options.timestamps ? `[${clock(turn.start)}] ` : "";
  const label = turn.name ? `${turn.name}: ` : "";
  return [`${time}${label}${turn.text}`, ...turn.notes.map((note) => `[Note: ${note}]`)].join("\n");
}

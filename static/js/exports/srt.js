// SubRip: numbered cues, comma before the milliseconds. It has no way to escape anything, so that
// what players take for an arrow, a tag or a command is written with a letter that looks like it.
import { cuesInSteps } from "../subtitles/cues.js";
import { cueTime } from "./numbers.js";

export function* write(document, options) {
  const cues = yield* cuesInSteps(document, options, { labelInText: true });
  for (const [index, { startMs, endMs, lines }] of cues.entries()) {
    const times = `${cueTime(startMs, ",")} --> ${cueTime(endMs, ",")}`;
    yield `${index ? "\n" : ""}${index + 1}\n${times}\n${lines.map(defused).join("\n")}\n`;
  }
}

function defused(line) {
  return line.replaceAll("-->", "→").replaceAll("{\\", "{/").replace(/<(?=[A-Za-z/!?])/g, "\u2039");
}

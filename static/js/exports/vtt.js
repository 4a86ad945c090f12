// WebVTT (W3C): speakers as voice spans, text escaped as its section 4.2.2 wants.
import { cuesInSteps } from "../subtitles/cues.js";
import { cueTime } from "./numbers.js";

export function* write(document, options) {
  const cues = yield* cuesInSteps(document, options);
  yield "WEBVTT\n";
  for (const { startMs, endMs, lines, speaker } of cues) {
    const voice = speaker ? `<v ${escaped(speaker)}>` : "";
    yield `\n${cueTime(startMs, ".")} --> ${cueTime(endMs, ".")}\n${voice}${lines.map(escaped).join("\n")}\n`;
  }
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

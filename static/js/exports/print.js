// A PDF without a server: a plain sheet of text that only the printer sees (print.css), and that is gone afterwards.
// The browser draws it, with its own fonts, every script, and in both directions.
import { clean } from "../subtitles/prose.js";
import { isRightToLeft, withoutTurns } from "./direction.js";
import { clock } from "./numbers.js";
import { labelOf, turnsOf } from "./turns.js";

/** The title of the page stays what it is: browsers keep it. */
export function print(transcript, options, { title = "", madeOn = "" }, signal) {
  const sheet = sheetOf(transcript, options, { title: clean(title), madeOn });
  const ending = new AbortController();
  const takeAway = () => {
    sheet.remove();
    ending.abort();
  };
  addEventListener("afterprint", takeAway, { signal: ending.signal });
  signal?.addEventListener("abort", takeAway, { signal: ending.signal });
  document.querySelector("body > .print-sheet")?.remove();
  document.body.append(sheet);
  window.print();
}

function sheetOf(transcript, options, { title, madeOn }) {
  const facts = [madeOn, clock(transcript.duration), transcript.language].filter(Boolean).join(" · ");
  const sheet = element("article", "print-sheet");
  sheet.lang = transcript.language;
  if (title) sheet.append(line("h1", "", title));
  sheet.append(line("p", "print-facts", facts, false));
  for (const turn of turnsOf(transcript, options)) sheet.append(partOf(turn, options));
  return sheet;
}

function partOf(turn, options) {
  const part = element("section", "");
  const label = labelOf(turn, options);
  if (label) part.append(line("p", "print-label", label, isRightToLeft(turn.text)));
  part.append(line("p", "", turn.text), ...turn.notes.map((note) => line("p", "print-note", `[${note}]`)));
  return part;
}

function line(name, className, text, isFromTheRight = isRightToLeft(text)) {
  const made = element(name, className);
  made.dir = isFromTheRight ? "rtl" : "ltr";
  made.textContent = withoutTurns(text);
  return made;
}

const element = (name, className) => Object.assign(document.createElement(name), { className });

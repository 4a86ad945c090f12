// Running text: a paragraph for each turn of a speaker, and for each long pause. The twin of transcripts/exports/_turns.py.
import { clean, runningText } from "../subtitles/prose.js";
import { clock } from "./numbers.js";

const PARAGRAPH_AFTER_PAUSE_SECONDS = 2;

/** `{speaker, name, start, end, text, notes}`, in the document's order; what has no visible character is left out. */
export function* turnsOf(document, options) {
  const isNamed = options.speakers ?? document.speakers.length > 1;
  const names = new Map(isNamed ? document.speakers.map(({ id, name }) => [id, clean(name)]) : []);
  const noted = options.notes ? notesOf(document) : new Map();
  let current = null;
  for (const segment of document.segments) {
    const [text, notes] = [clean(segment.text), noted.get(segment.id) ?? []];
    if (!text && !notes.length) continue;
    if (!current || !options.paragraphs || !goesOn(current, segment)) {
      if (current) yield whole(current);
      const { speaker, start } = segment;
      current = { speaker, name: names.get(speaker ?? "") ?? "", start, texts: [], notes: [] };
    }
    if (text) current.texts.push(text);
    current.notes.push(...notes);
    current.end = segment.end;
  }
  if (current) yield whole(current);
}

const whole = ({ texts, ...turn }) => ({ ...turn, text: runningText(texts) });

function goesOn(turn, segment) {
  return segment.speaker === turn.speaker && segment.start - turn.end <= PARAGRAPH_AFTER_PAUSE_SECONDS;
}

/** What people wrote beside each segment, by its id: its note, and the bookmarks set in it, in lists. */
export function notesOf(document) {
  const found = new Map();
  for (const { id, note } of document.segments) {
    if (note && clean(note)) found.set(id, [clean(note)]);
  }
  const ordered = [...document.segments].sort((one, other) => one.start - other.start);
  const marks = [...(document.marks ?? [])].sort((one, other) => one.time - other.time);
  let at = 0; // a bookmark before the first segment belongs to the first
  for (const { time, text } of ordered.length ? marks : []) {
    while (ordered[at + 1]?.start <= time) at += 1;
    const { id } = ordered[at];
    if (!found.has(id)) found.set(id, []);
    found.get(id).push(`${clock(time)} ${clean(text)}`.trimEnd());
  }
  return found;
}

/** Who speaks, and when, where that is asked for. */
export function labelOf(turn, options) {
  return [turn.name, options.timestamps ? clock(turn.start) : ""].filter(Boolean).join("  ");
}

// The document itself, as the API has it, to the byte as Python writes it. The twin of transcripts/exports/json.py.
import { floatText } from "./numbers.js";

// Each with what stands where a document of before says nothing, in the order of transcripts/document.py.
const SPEAKER = { id: "", name: "" };
const WORD = { text: "", start: 0, end: 0, confidence: null, speaker: null };
const SEGMENT = {
  id: "", start: 0, end: 0, text: "", speaker: null, confidence: null, edited: false, note: "", words: [],
};
const GAP = { start: 0, end: 0 };
const MARK = { id: "", time: 0, text: "" };
const FLOATS = new Set(["start", "end", "time", "duration", "confidence"]);

export function* write({ schema, language, duration, model, speakers, segments, unheard, warnings, marks }) {
  const before = { schema, language, duration, model, speakers: rows(speakers, SPEAKER) };
  yield `{\n${members(before, " ")},\n "segments": [`;
  for (const [index, segment] of segments.entries()) {
    const words = rows(segment.words, WORD);
    yield `${index ? "," : ""}\n  ${written({ ...shaped(segment, SEGMENT), words }, "  ")}`;
  }
  const after = { unheard: rows(unheard ?? [], GAP), warnings: warnings ?? [], marks: rows(marks ?? [], MARK) };
  yield `${segments.length ? "\n " : ""}],\n${members(after, " ")}\n}\n`;
}

const rows = (some, shape) => some.map((row) => shaped(row, shape));
const shaped = (row, shape) => Object.fromEntries(Object.entries(shape).map(([name, none]) => [name, row[name] ?? none]));

function written(value, margin, name = "") {
  if (FLOATS.has(name) && value !== null) return floatText(value);
  if (value === null || typeof value !== "object") return JSON.stringify(whole(value));
  const inner = `${margin} `;
  if (!Array.isArray(value)) return `{\n${members(value, inner)}\n${margin}}`;
  if (!value.length) return "[]";
  return `[\n${value.map((one) => inner + written(one, inner)).join(",\n")}\n${margin}]`;
}

function members(object, margin) {
  return Object.entries(object).map(([name, value]) => `${margin}"${name}": ${written(value, margin, name)}`).join(",\n");
}

/** Half a surrogate pair is no character: Python's question mark stands for it. */
const whole = (value) => (typeof value === "string" ? value.replace(/\p{Cs}/gu, "?") : value);

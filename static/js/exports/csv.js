// A row for each segment (RFC 4180), for spreadsheets: nothing in it is taken for a formula. It begins with
// a byte order mark, without which Excel reads UTF-8 as the machine's old code page.
import { clean } from "../subtitles/prose.js";
import { thousandths } from "./numbers.js";
import { notesOf } from "./turns.js";

// What spreadsheets read as the beginning of a formula, in full width too (OWASP, CSV injection).
const FORMULA_START = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

export function* write(document, options) {
  const names = new Map(options.speakers === false ? [] : document.speakers.map(({ id, name }) => [id, name]));
  const noted = options.notes ? notesOf(document) : new Map();
  yield `\ufeff${row(["start", "end", "speaker", "text", ...(options.notes ? ["note"] : [])])}`;
  for (const { id, start, end, speaker, text } of document.segments) {
    const words = [names.get(speaker ?? "") ?? "", text];
    if (options.notes) words.push((noted.get(id) ?? []).join(" | "));
    yield row([thousandths(start), thousandths(end), ...words.map(defused)]);
  }
}

function defused(text) {
  const plain = clean(text);
  return FORMULA_START.test(plain) ? `'${plain}` : plain;
}

const row = (cells) => `${cells.map(cell).join(",")}\r\n`;
const cell = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

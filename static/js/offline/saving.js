// A transcript as a file of its own, as Sotto makes it anywhere else.
import * as csv from "../exports/csv.js";
import * as json from "../exports/json.js";
import { fileName } from "../exports/name.js";
import * as srt from "../exports/srt.js";
import * as txt from "../exports/txt.js";
import * as vtt from "../exports/vtt.js";
import { made } from "./dom.js";
import { titleOf } from "./library.js";

const WRITERS = { txt, srt, vtt, json, csv };
const TYPES = { txt: "text/plain", srt: "application/x-subrip", vtt: "text/vtt", json: "application/json", csv: "text/csv" };
const USUAL = Object.freeze({ speakers: null, timestamps: false, paragraphs: true, notes: false, max_chars: 42, max_lines: 2, max_cps: 20, min_seconds: 0.833, max_seconds: 7, gap_seconds: 0 });
const KEPT_MS = 60_000;

export const FORMATS = Object.keys(WRITERS);

export function savedAs(format, document, row) {
  const pieces = [...WRITERS[format].write(document, USUAL, { title: titleOf(row), madeOn: "" })];
  const link = made("a", { href: URL.createObjectURL(new Blob(pieces, { type: TYPES[format] })), download: fileName(titleOf(row), format) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

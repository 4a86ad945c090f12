// Exports made where the text is read: a private transcript is plain nowhere else. Twins of transcripts/exports/*.py;
// labels, types and options are said once, in transcripts/exports/__init__.py. PDF is printed: see print.js.
import * as csv from "./csv.js";
import * as docx from "./docx.js";
import * as json from "./json.js";
import * as srt from "./srt.js";
import * as txt from "./txt.js";
import * as vtt from "./vtt.js";

const WRITERS = { txt, srt, vtt, json, csv, docx };
const AT_A_TIME_MS = 30;
const encoder = new TextEncoder();

export const FORMATS = Object.keys(WRITERS);

/**
 * The file's bytes. `options` are all of an export's, by the names that the API has; `head` is
 * `{title, madeOn: "2026-11-23"}`, either of them empty where it is not known.
 */
export function render(format, document, options, head = {}) {
  return joined([...WRITERS[format].write(document, options, head)].map(encoded));
}

/** The same, with pauses in which a page stays alive; null once `signal` ends it. */
export async function renderGently(format, document, options, head = {}, signal) {
  const pieces = [];
  let rested = performance.now();
  for (const piece of WRITERS[format].write(document, options, head)) {
    pieces.push(encoded(piece));
    if (performance.now() - rested < AT_A_TIME_MS) continue;
    await new Promise((go) => setTimeout(go));
    if (signal?.aborted) break;
    rested = performance.now();
  }
  return signal?.aborted ? null : joined(pieces);
}

const encoded = (piece) => (typeof piece === "string" ? encoder.encode(piece) : piece);

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// A file for word processors (Office Open XML), built as transcripts/exports/docx.py builds one from the template that
// comes with Sotto. A template of one's own is filled by the server, which may not see a private text: there is none here.
import { Zip, ZipDeflate } from "../../vendor/fflate/browser.js";
import { clean } from "../subtitles/prose.js";
import { isRightToLeft, withoutTurns } from "./direction.js";
import { clock } from "./numbers.js";
import { labelOf, turnsOf } from "./turns.js";
import { CONTENT_TYPES, DOCUMENT_RELATIONS, RELATIONS, SECTION, coreXml, escaped, stylesXml, wrapped } from "./word.js";

const MADE_AT = new Date(1980, 0, 1); // of every part: a zip of the same text is the same
const encoder = new TextEncoder();

export function* write(document, options, { title = "", madeOn = "" } = {}) {
  const plainTitle = plain(title);
  const parts = [
    ["[Content_Types].xml", [CONTENT_TYPES]],
    ["_rels/.rels", [RELATIONS]],
    ["word/_rels/document.xml.rels", [DOCUMENT_RELATIONS]],
    ["word/styles.xml", [stylesXml(document.language)]],
    ["docProps/core.xml", [coreXml([...plainTitle].slice(0, 255).join(""), madeOn || "2000-01-01")]],
    ["word/document.xml", wrapped(body(document, options, plainTitle, madeOn))],
  ];
  const chunks = [];
  const zip = new Zip((_, chunk) => chunks.push(chunk));
  for (const [name, pieces] of parts) {
    const part = Object.assign(new ZipDeflate(name), { mtime: MADE_AT });
    zip.add(part);
    for (const piece of pieces) {
      part.push(encoder.encode(piece));
      yield* chunks.splice(0);
    }
    part.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* chunks;
}

function* body(document, options, title, madeOn) {
  yield paragraph("Title", title, false);
  yield paragraph("SottoSpeaker", `${madeOn} · ${clock(document.duration)} · ${document.language}`, false);
  for (const turn of turnsOf(document, options)) {
    const label = labelOf(turn, options);
    if (label) yield paragraph("SottoSpeaker", label, isRightToLeft(turn.text));
    yield paragraph("SottoText", turn.text);
    for (const note of turn.notes) yield paragraph("SottoNote", `[${note}]`);
  }
  yield SECTION;
}

/** `isFromTheRight`: by default as its text runs. */
function paragraph(style, text, isFromTheRight = isRightToLeft(text)) {
  const [ofParagraph, ofRun] = isFromTheRight ? ["<w:bidi/>", "<w:rPr><w:rtl/></w:rPr>"] : ["", ""];
  const words = `<w:t xml:space="preserve">${escaped(withoutTurns(text))}</w:t>`;
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/>${ofParagraph}</w:pPr><w:r>${ofRun}${words}</w:r></w:p>`;
}

const plain = (text) => withoutTurns(clean(text));

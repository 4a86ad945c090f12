// What every Word file has besides its words: parts, styles, page. The styles are those of transcripts/exports/_template.py.
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const EAST_ASIAN = { zh: "zh-CN", yue: "zh-HK", ja: "ja-JP", ko: "ko-KR" };
const FROM_THE_RIGHT = { ar: "ar-SA", he: "he-IL", fa: "fa-IR", ur: "ur-PK", yi: "yi" };

export const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="${WORD}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`;

const relation = (id, type, target) => `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
const relations = (...some) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${some.join("")}</Relationships>`;

export const RELATIONS = relations(
  relation("rId1", `${OFFICE}/officeDocument`, "word/document.xml"),
  relation("rId2", `${PACKAGE}/relationships/metadata/core-properties`, "docProps/core.xml"),
);
export const DOCUMENT_RELATIONS = relations(relation("rId1", `${OFFICE}/styles`, "styles.xml"));

/** A4; lengths in twentieths of a point. */
export const SECTION = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>\
<w:pgMar w:top="1440" w:right="1247" w:bottom="1440" w:left="1247" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>';

export function* wrapped(body) {
  yield `${XML}<w:document ${MAIN}><w:body>`;
  yield* body;
  yield "</w:body></w:document>";
}

export function coreXml(title, madeOn) {
  const moment = (name) => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${escaped(madeOn)}T00:00:00Z</dcterms:${name}>`;
  return `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:creator/>\
${moment("created")}${moment("modified")}</cp:coreProperties>`;
}

/** Whole-document defaults say the languages; an East Asian letter is drawn as its country writes it. */
export function stylesXml(language) {
  const [eastAsia, bidi] = [EAST_ASIAN[language] ?? "zh-CN", FROM_THE_RIGHT[language] ?? "ar-SA"];
  return `${XML}<w:styles ${MAIN}><w:docDefaults><w:rPrDefault><w:rPr>${look({ points: 11 })}\
<w:lang w:val="${escaped(language)}" w:eastAsia="${eastAsia}" w:bidi="${bidi}"/></w:rPr></w:rPrDefault><w:pPrDefault/>\
</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>\
${style("Title", "Title", { points: 20, below: 15 })}\
${style("SottoSpeaker", "Sotto Speaker", { points: 9, grey: "5F", above: 8, keepsNext: true })}\
${style("SottoText", "Sotto Text", { points: 11, grey: "14", below: 4 })}\
${style("SottoNote", "Sotto Note", { points: 9, grey: "5F", below: 4, indent: 454 })}</w:styles>`;
}

/** Half points for sizes, twentieths for distances. */
function style(id, name, { points, grey, above = 0, below = 0, indent = 0, keepsNext = false }) {
  const paragraph = `${keepsNext ? "<w:keepNext/>" : ""}<w:spacing w:before="${20 * above}" w:after="${20 * below}"/>\
<w:ind w:left="${indent}"/>`;
  return `<w:style w:type="paragraph" w:customStyle="${id === "Title" ? 0 : 1}" w:styleId="${id}"><w:name w:val="${name}"/>\
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${look({ points, grey })}</w:rPr></w:style>`;
}

/** For Latin, for scripts that join or stack, and for those of East Asia alike. */
function look({ points, grey }) {
  const ink = grey ? `<w:color w:val="${grey.repeat(3)}"/>` : "";
  return `<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>${ink}<w:sz w:val="${2 * points}"/><w:szCs w:val="${2 * points}"/>`;
}

/** `]]>` too, which may not stand in XML; controls have no place in the text any more. */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

// A document as text: a line for each speaker's name, a blank line between paragraphs.
import { glue } from "./retiming.js";

export function plainText(editing) {
  const paragraphs = [];
  let before = null;
  for (const row of editing.segments) {
    const text = row.text.trim();
    if (!text) continue;
    if (before?.speaker === row.speaker) {
      const last = paragraphs.at(-1);
      paragraphs[paragraphs.length - 1] = last + glue(last, text) + text;
    } else {
      const name = editing.speakerName(row.speaker);
      paragraphs.push(name ? `${name}:\n${text}` : text);
    }
    before = row;
  }
  return paragraphs.join("\n\n");
}

/** As a file of the reader's own: nothing but this page has it any more. */
export function keepCopy({ editing, article }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([plainText(editing)], { type: "text/plain" }));
  link.download = `${article.querySelector(".transcript-title").textContent}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

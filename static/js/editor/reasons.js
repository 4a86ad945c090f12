// Why a word is doubtful, in words.
import { otherText } from "./doubt.js";
import { sentence } from "./sentence.js";

/** `words` are the sentences of the page, in `data-` of the bar. */
export function reasonsOf({ rule, reading, unlisted, confidence }, words, language) {
  return [
    rule && sentence(words.rule, rule),
    reading && readingOf(reading, words),
    unlisted && sentence(words.unlisted, { language: nameOf(language) }),
    confidence !== null && sentence(words.sure, { percent: Math.round(100 * confidence) }),
  ].filter(Boolean);
}

function readingOf(reading, words) {
  const { model, isBefore } = reading.about;
  const other = otherText({ reading });
  const said = other ? (isBefore ? words.before : words.later) : isBefore ? words.nothingBefore : words.nothingLater;
  return sentence(said, { other, model });
}

function nameOf(language) {
  return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(language);
}

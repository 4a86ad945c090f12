// What a line break never parts, each with its time. The twin of the same in transcripts/exports/_cues.py.
import { clean, sizeOf, unbreakableParts, wordsOf } from "./prose.js";

/** `[{text, spaced, start, end, from, to}]`: `from` and `to` count the visible characters of the segment. */
export function unitsOf(segment, maxChars) {
  const words = wordsOf(segment.text);
  const timeOf = characterTimes(segment, words.join(""));
  const units = [];
  let at = 0;
  for (const word of words) {
    unbreakableParts(word, maxChars).forEach((text, index) => {
      const [from, to] = [at, at + sizeOf(text)];
      units.push({ text, spaced: index === 0, start: timeOf(from).start, end: timeOf(to - 1).end, from, to });
      at = to;
    });
  }
  return units;
}

/** Each character's share of its word, or of a segment whose words do not spell its text. */
function characterTimes(segment, visible) {
  const spelled = segment.words.map((word) => ({ letters: clean(word.text).replaceAll(" ", ""), word }));
  if (spelled.map(({ letters }) => letters).join("") !== visible) {
    const count = sizeOf(visible);
    return (index) => share(segment, index, count);
  }
  const ends = [];
  for (const { letters } of spelled) ends.push((ends.at(-1) ?? 0) + sizeOf(letters));
  let number = 0; // units are asked for in order
  return (index) => {
    while (ends[number] <= index) number += 1;
    while (number > 0 && ends[number - 1] > index) number -= 1;
    const first = number > 0 ? ends[number - 1] : 0;
    return share(spelled[number].word, index - first, ends[number] - first);
  };
}

function share({ start, end }, index, count) {
  return { start: start + ((end - start) * index) / count, end: start + ((end - start) * (index + 1)) / count };
}

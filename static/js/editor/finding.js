// A worker: finds in many texts at once. Whoever asked ends it where that takes too long.
import { expanded, finder } from "./find.js";

/** `at` are threes: number of the text, start, end. `replacements` only where one was asked for. */
function found({ texts, spec, replacement }) {
  const find = finder(spec);
  const [at, replacements] = [[], []];
  texts.forEach((text, index) => {
    for (const { start, end, groups } of find(text)) {
      at.push(index, start, end);
      if (replacement !== null) replacements.push(spec.isPattern ? expanded(replacement, groups) : replacement);
    }
  });
  return { at: Uint32Array.from(at), replacements };
}

self.onmessage = ({ data }) => {
  try {
    const result = found(data);
    self.postMessage(result, [result.at.buffer]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    self.postMessage({ mistake: error.message });
  }
};

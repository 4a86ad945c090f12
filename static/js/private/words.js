// A passphrase that nobody chose: words drawn from a list.
const LIST_WORDS = 7776; // five throws of a die
export const USUAL_WORDS = 5;

/** The words of a list, one a line. Throws where it is not the whole list: fewer words are a weaker passphrase. */
export function wordsOf(text) {
  const words = text.split("\n").filter(Boolean);
  const isWhole = words.length === LIST_WORDS && new Set(words).size === LIST_WORDS && words.every((word) => /^[a-z-]{3,9}$/.test(word));
  if (!isWhole) throw new RangeError("This is not the list of words.");
  return words;
}

/** Fetched when somebody sets a passphrase, and only then. */
export async function wordsAt(address, ask = fetch) {
  const answer = await ask(address);
  if (!answer.ok) throw new Error(`The list of words did not come: ${answer.status}`);
  return wordsOf(await answer.text());
}

const ofMachine = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** From 0 to below `count`, all as likely. `draw` gives 32 bits; what is left over after whole rounds is drawn again. */
export function below(count, draw = ofMachine) {
  const whole = 2 ** 32 - (2 ** 32 % count);
  let drawn;
  do drawn = draw();
  while (drawn >= whole);
  return drawn % count;
}

/** A passphrase. Each call is another offer; the same word may come twice. */
export const offered = (words, count = USUAL_WORDS, draw = ofMachine) =>
  Array.from({ length: count }, () => words[below(words.length, draw)]).join(" ");

export const bitsOf = (words, count = USUAL_WORDS) => count * Math.log2(words.length);

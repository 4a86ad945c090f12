// Whether a passphrase that somebody chose will do, and how long it stands up to guessing.
import { KEY_BYTES, random } from "../crypto/format.js";
import { ITERATIONS, masterOf, newSlot } from "../crypto/keys.js";
import { folded } from "./guesses.js";

export const LEAST_CHARACTERS = 15; // NIST SP 800-63B-4, where a password is all there is
// hashcat on an RTX 5090: so many passphrases a second, of so many iterations each (encryption.md, section 6)
const CARD = Object.freeze({ perSecond: 11_157_200, iterations: 999 });
export const CARDS = Object.freeze({ one: 1, many: 1000 });
const LEAKED_BITS = Math.log2(1e10); // what is found as fast as any that leaked somewhere is refused
const YEAR_SECONDS = 365.25 * 86_400;
const LEVELS = Object.entries({ weak: 0, fair: YEAR_SECONDS, good: 100 * YEAR_SECONDS, strong: 10_000 * YEAR_SECONDS });
const UNITS = Object.entries({ year: YEAR_SECONDS, month: YEAR_SECONDS / 12, day: 86_400, hour: 3600, minute: 60, second: 1 });
const MOST_YEARS = 1e12;

/** Seconds that it takes on average to find a passphrase of so many bits. */
export const secondsToFind = (bits, cards = CARDS.one, iterations = ITERATIONS.usual) =>
  2 ** (bits - 1) / ((CARD.perSecond * CARD.iterations * cards) / iterations);

/** "weak", "fair", "good" or "strong": by what a thousand cards need. */
export const levelOf = (bits, iterations) => LEVELS.findLast(([, least]) => secondsToFind(bits, CARDS.many, iterations) >= least)[0];

/** "3.1 days", "24 million years", in that language; two digits say as much as is known. */
export function told(seconds, language) {
  const capped = Math.min(seconds, MOST_YEARS * YEAR_SECONDS);
  const [unit, one] = UNITS.find(([, least]) => capped >= least) ?? UNITS.at(-1);
  const form = { style: "unit", unit, unitDisplay: "long", notation: "compact", compactDisplay: "long", maximumSignificantDigits: 2 };
  return new Intl.NumberFormat(language, form).format(Math.max(1, capped / one));
}

const parts = (own) => own.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((part) => [...part].length > 2);

/**
 * `{wrong}` or `{bits, level}`. Wrong is "short", "login" (it is the login password), "common" (in a list),
 * "own" (little but the person's e-mail address and names and ours, which are in `own`) or "simple".
 * `isLogin`, from `sameAs`, says whether it is the login password: nobody who asks here keeps that.
 */
export async function judged(passphrase, { guesser, own = [], isLogin = () => false }) {
  const text = passphrase.normalize("NFC");
  if ([...text].length < LEAST_CHARACTERS) return { wrong: "short" };
  if (await isLogin(text)) return { wrong: "login" };
  if (guesser.knows(text)) return { wrong: "common" };
  const bits = guesser.bits(text, parts(own));
  if (bits >= LEAKED_BITS) return { bits, level: levelOf(bits) };
  return { wrong: guesser.bits(text) >= LEAKED_BITS ? "own" : "simple" };
}

const bare = (text) => folded(text).replace(/\s/g, "");

/**
 * Made of the login password at the moment at which somebody types it to prove who they are: tells whether
 * a text is the same but for case and spaces. It keeps something that only that password opens, and asking
 * takes as long as an unlocking: once, when the passphrase is set, not with each key.
 */
export async function sameAs(password) {
  const slot = await newSlot("", { id: "login", type: "pass", iter: ITERATIONS.least }, bare(password), random(KEY_BYTES));
  return (text) => masterOf("", slot, bare(text)).then(() => true, () => false);
}

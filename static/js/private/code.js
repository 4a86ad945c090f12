// The recovery code as it stands on paper: Crockford's base32 in groups, with a character that notices slips.
import { CODE_BYTES } from "../crypto/keys.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const READ_AS = { o: "0", i: "1", l: "1" };
const [BITS, GROUP, BETWEEN] = [5, 4, "-"];
export const GROUPS = (CODE_BYTES * 8) / BITS / GROUP; // and the check character is a group of its own
const CHARACTERS = GROUPS * GROUP + 1;
const FIELD = 0x25; // x⁵ + x² + 1, whose x has 31 powers: none of two neighbours weighs the same

/** Zero for a whole code. Any one wrong character, and any two neighbours that changed places, make it another. */
const weighed = (values) => values.reduce((sum, value) => doubled(sum) ^ value, 0);
const doubled = (value) => ((value << 1) ^ (value & 0x10 ? FIELD : 0)) & 0x1f;

/** "0123-4567-…-C": every character, in groups that can be read aloud. */
export function written(bytes) {
  if (bytes.length !== CODE_BYTES) throw new RangeError("A recovery code has another length.");
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const values = Array.from({ length: CHARACTERS - 1 }, () => {
    const last = Number(number & 0x1fn);
    number >>= BigInt(BITS);
    return last;
  }).reverse();
  const text = [...values, doubled(weighed(values))].map((value) => ALPHABET[value]).join("");
  return text.match(/.{1,4}/g).join(BETWEEN);
}

const valueOf = (character) => {
  const lower = character.toLowerCase();
  return ALPHABET.indexOf((READ_AS[lower] ?? lower).toUpperCase());
};

/**
 * `{bytes}`, or `{wrong, group}`: "length" (also nothing at all), "character" (none of the alphabet) or "check".
 * `group` counts from 1 and is null where it cannot be known.
 */
export function read(text) {
  const groups = text.normalize("NFKC").split(/[\s\p{Cf}\p{Pd}\p{Pc}.,:;/|]+/u).filter(Boolean);
  const characters = [...groups.join("")];
  const strange = characters.findIndex((character) => valueOf(character) < 0);
  if (strange >= 0) return { wrong: "character", group: groupAt(groups, strange) };
  if (characters.length !== CHARACTERS) return { wrong: "length", group: uneven(groups) };
  const values = characters.map(valueOf);
  if (weighed(values)) return { wrong: "check", group: null };
  return { bytes: bytesOf(values.slice(0, -1)) };
}

/** As they were typed; where they were typed in one, as they are written. */
function groupAt(groups, at) {
  if (groups.length <= 1) return Math.floor(at / GROUP) + 1;
  let seen = 0;
  return groups.findIndex((group) => (seen += [...group].length) > at) + 1;
}

/** The one that is too long or too short, where as many were typed as there should be. */
function uneven(groups) {
  if (groups.length !== GROUPS + 1) return null;
  return groups.findIndex((group, at) => [...group].length !== (at < GROUPS ? GROUP : 1)) + 1 || null;
}

function bytesOf(values) {
  const number = values.reduce((sum, value) => (sum << BigInt(BITS)) | BigInt(value), 0n);
  return Uint8Array.from({ length: CODE_BYTES }, (_, at) => Number((number >> BigInt(8 * (CODE_BYTES - 1 - at))) & 0xffn));
}

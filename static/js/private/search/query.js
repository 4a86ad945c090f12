// What somebody typed, as terms: words, "phrases", -not and begin*. The twin of transcripts/index/query.py.
import { asked } from "./folding.js";

const [MOST_TERMS, MOST_TOKENS] = [10, 40];
const PIECE = /(-?)(?:"([^"]*)"?|(\S+))/g;

/** As it stands in lines of tokens (folding.js): whole words, or the beginning of one. */
const needle = (tokens, goesOn) => ` ${tokens.join(" ")}${goesOn ? "" : " "}`;

/**
 * `{wanted, unwanted}`, each `[{tokens, goesOn, needle}]`. Never an error.
 * `unfinished`: somebody is still typing, and the last word may go on.
 */
export function parsed(text, unfinished = false) {
  const query = { wanted: new Map(), unwanted: new Map() };
  for (const piece of text.matchAll(PIECE)) {
    const [whole, minus, phrase, word = ""] = piece;
    const [tokens, mayGoOn] = asked(phrase || word);
    if (!tokens.length) continue;
    const isLast = piece.index + whole.length === text.length && word !== "";
    const goesOn = (mayGoOn || word.endsWith("*") || (unfinished && isLast && !minus)) && tokens.length <= MOST_TOKENS;
    const kept = tokens.slice(0, MOST_TOKENS);
    const term = { tokens: kept, goesOn, needle: needle(kept, goesOn) };
    query[minus ? "unwanted" : "wanted"].set(term.needle, term);
    if (query.wanted.size + query.unwanted.size === MOST_TERMS) break;
  }
  return { wanted: [...query.wanted.values()], unwanted: [...query.unwanted.values()] };
}

export const isEmpty = ({ wanted, unwanted }) => !wanted.length && !unwanted.length;

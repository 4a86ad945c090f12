// Which way a text runs. The twin of the same in transcripts/exports/_lines.py.
const LETTER = /(?![\u02b9\u02ba\u02c6-\u02cf\u02ec\u0374\u2e2f\ua67f\ua717-\ua71f\ua788])\p{L}/u;
const FROM_THE_RIGHT = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** By the first letter that has a direction. */
export const isRightToLeft = (text) => FROM_THE_RIGHT.test(LETTER.exec(text)?.[0] ?? "");

/** Without the signs that turn the direction: each paragraph has its own. */
export const withoutTurns = (text) => text.replace(TURNS, "");

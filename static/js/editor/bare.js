const AROUND_WORD = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** A word without the signs around it. */
export const unsigned = (text) => text.replace(AROUND_WORD, "");

/** The same for comparing. */
export const bare = (text) => unsigned(text).normalize("NFC").toLowerCase();

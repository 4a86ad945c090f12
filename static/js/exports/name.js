// The name of a file that is taken along. The twin of file_name in transcripts/downloads.py.
import { clean } from "../subtitles/prose.js";

const MOST_CHARS = 80;
const MEDIA_EXTENSION = /\.[A-Za-z0-9]{2,5}$/;
const RESERVED = /^(con|prn|aux|nul|com\p{Nd}|lpt\p{Nd})(\.|$)/iu; // by Windows
const UNSAFE = /[^\p{L}\p{N}_\-. ()&,+]+/gu;

export function fileName(title, extension) {
  const safe = clean(title).replace(MEDIA_EXTENSION, "").replace(UNSAFE, "_");
  const stem = [...safe].slice(0, MOST_CHARS).join("").replace(/^[ ._]+|[ ._]+$/g, "");
  return `${RESERVED.test(stem) ? "_" : ""}${stem || "transcript"}.${extension}`;
}

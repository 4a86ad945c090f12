// Finds out how loud a recording is: piece by piece in a worker, or, in a browser without decoders
// for pieces, all of a short one at once. It is remembered as long as the tab holds the file itself:
// the browser's storage, which others may read, gets nothing of a recording.
import { trusted } from "../trusted.js";
import { Peaks, Reducer } from "./peaks.js";

const LONGEST_AT_ONCE_SECONDS = 15 * 60;
const RATE_AT_ONCE = 8000;

const known = new WeakMap(); // file → Peaks, of those that were read to the end

/** `tell(peaks, fraction)` comes again and again. Resolves to whether all could be read. */
export async function readPeaks({ file, seconds, signal, tell }) {
  const peaks = known.get(file) ?? new Peaks(seconds);
  let isRead = known.has(file) || (await readInPieces(file, seconds, signal, peaks, tell));
  isRead ||= !signal.aborted && (await readAtOnce(file, seconds, peaks));
  if (!isRead) return false;
  known.set(file, peaks);
  tell(peaks, 1);
  return true;
}

function readInPieces(file, seconds, signal, peaks, tell) {
  const worker = new Worker(trusted(import.meta.resolve("./worker.js")), { type: "module" });
  return new Promise((resolve) => {
    const end = (isRead) => (worker.terminate(), resolve(isRead));
    worker.addEventListener("message", ({ data: { at, bytes, done } }) => {
      if (!bytes) return end(Boolean(done));
      peaks.put(bytes, at);
      return tell(peaks, (at + bytes.length) / peaks.levels[0].length);
    });
    worker.addEventListener("error", () => end(false));
    signal.addEventListener("abort", () => end(false), { once: true });
    const library = import.meta.resolve("../../vendor/mediabunny/mediabunny.min.js");
    worker.postMessage({ file, seconds, library });
  });
}

async function readAtOnce(file, seconds, peaks) {
  if (seconds > LONGEST_AT_ONCE_SECONDS) return false;
  try {
    const context = new OfflineAudioContext(1, 1, RATE_AT_ONCE);
    const sound = await context.decodeAudioData(await file.arrayBuffer());
    const reducer = new Reducer(seconds);
    reducer.add(sound.getChannelData(0), 0, sound.sampleRate);
    peaks.put(reducer.bytes);
    return true;
  } catch {
    return false;
  }
}

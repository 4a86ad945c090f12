// Reads a recording piece by piece, away from the page, and tells how loud it is.
// In: {file, seconds, library}. Out: {at, bytes} again and again, then {done: true} or {failed}.
import { PEAKS_A_SECOND, Reducer } from "./peaks.js";

const TELL_EVERY_MS = 300;
const MOST_CHANNELS = 2;

addEventListener("message", async ({ data }) => {
  try {
    const failed = await read(data);
    postMessage(failed ? { failed } : { done: true });
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});

async function read({ file, seconds, library }) {
  if (!globalThis.AudioDecoder) return "no decoder";
  const { ALL_FORMATS, AudioSampleSink, BlobSource, Input } = await import(library);
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack();
  if (!track || !(await track.canDecode())) return "cannot decode";
  const reducer = new Reducer(seconds);
  let told = 0;
  let toldAt = 0;
  const tell = (upTo) => {
    const to = Math.min(reducer.bytes.length, Math.floor(upTo * PEAKS_A_SECOND));
    if (to > told) postMessage({ at: told, bytes: reducer.bytes.slice(told, to) });
    told = Math.max(told, to);
    toldAt = performance.now();
  };
  for await (const sample of new AudioSampleSink(track).samples()) {
    add(reducer, sample);
    if (performance.now() - toldAt > TELL_EVERY_MS) tell(sample.timestamp);
    sample.close();
  }
  tell(Infinity);
  return null;
}

function add(reducer, sample) {
  for (let planeIndex = 0; planeIndex < Math.min(MOST_CHANNELS, sample.numberOfChannels); planeIndex += 1) {
    const options = { planeIndex, format: "f32-planar" };
    const samples = new Float32Array(sample.allocationSize(options) / Float32Array.BYTES_PER_ELEMENT);
    sample.copyTo(samples, options);
    reducer.add(samples, sample.timestamp, sample.sampleRate);
  }
}

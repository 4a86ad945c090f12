// The user's own files, in this tab's memory only, so that a transcript can be heard at once.
const byJob = new Map();
const byTranscript = new Map();

export const keepForJob = (jobId, file) => byJob.set(jobId, file);
export const keepForTranscript = (transcriptId, file) => byTranscript.set(transcriptId, file);
export const fileOfTranscript = (transcriptId) => byTranscript.get(transcriptId);

const addresses = new WeakMap();

/** An address under which the page can play the file, one for each as long as the tab lives. */
export function addressOf(file) {
  if (!addresses.has(file)) addresses.set(file, URL.createObjectURL(file));
  return addresses.get(file);
}

/** A job has become a transcript: its file goes with it. */
export function transcribed(jobId, transcriptId) {
  const file = byJob.get(jobId);
  byJob.delete(jobId);
  if (file) byTranscript.set(transcriptId, file);
}

// The user's own files, in this tab's memory only, so that a transcript can be heard at once.
const byJob = new Map();
const byTranscript = new Map();

export const keepForJob = (jobId, file) => byJob.set(jobId, file);
export const keepForTranscript = (transcriptId, file) => byTranscript.set(transcriptId, file);
export const fileOfTranscript = (transcriptId) => byTranscript.get(transcriptId);

/** A job has become a transcript: its file goes with it. */
export function transcribed(jobId, transcriptId) {
  const file = byJob.get(jobId);
  byJob.delete(jobId);
  if (file) byTranscript.set(transcriptId, file);
}

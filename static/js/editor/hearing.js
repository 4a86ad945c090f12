// Sends the recording once more, for another machine to hear, and watches how that goes.
import { newId } from "./editing.js";
import { send } from "../upload/http.js";
import { insist } from "../upload/patience.js";
import { problemOf } from "../upload/problem.js";
import { upload } from "../upload/tus.js";

const LIVE = ["queued", "running"];
const CLOSED = 2; // an EventSource that does not try again

const pause = (seconds) => new Promise((go) => setTimeout(go, 1000 * seconds));

/** Resolves to the job. Rejects with Problem, or with the signal's reason. `onBytes(sent)` follows the way. */
export async function sendAgain(path, file, fields, { onBytes, signal }) {
  const id = await upload(file, { endpoint: "/v1/uploads", send, pause, onBytes, signal });
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, upload: id })) body.append(name, value);
  const headers = { "Idempotency-Key": newId() };
  const answer = await insist({ send, pause, signal }, { method: "POST", url: `${path}/retranscribe`, headers, body });
  if (answer.status !== 202) throw problemOf(answer);
  return JSON.parse(answer.body);
}

/** Tells of each state of a job, from now to its end: `tell(job)`. A job that is gone is told as null. */
export function watch(jobId, tell) {
  const events = new EventSource(`/v1/jobs/${jobId}/events`);
  events.onmessage = ({ data }) => {
    const job = JSON.parse(data);
    if (!LIVE.includes(job.status)) events.close();
    tell(job);
  };
  events.onerror = () => events.readyState === CLOSED && tell(null);
  return () => events.close();
}

export function stop(jobId) {
  return send({ method: "DELETE", url: `/v1/jobs/${jobId}` }).catch(() => {});
}

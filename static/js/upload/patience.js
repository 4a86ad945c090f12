import { ConnectionLost } from "./http.js";
import { problemOf } from "./problem.js";

const RETRIES = 60;
const BACKOFF_SECONDS = [1, 2, 4, 8, 15];

/**
 * Repeat a request until somebody answers; a full server says itself when to come again.
 *
 * What must not be sent twice (`onceOnly`) resolves to null after a broken connection, so that
 * the caller asks what has arrived. `pause(seconds, why)` waits; why is `busy` or `offline`.
 */
export async function insist({ send, pause, signal }, { onceOnly, ...request }) {
  for (let failures = 0; ; failures += 1) {
    signal?.throwIfAborted();
    try {
      const answer = await send({ ...request, signal });
      if (!isFull(answer)) return answer;
      await pause(Number(answer.header("Retry-After")), "busy");
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      if (failures >= RETRIES) throw problemOf({ status: 0, body: "" });
      await pause(BACKOFF_SECONDS[Math.min(failures, BACKOFF_SECONDS.length - 1)], "offline");
      if (onceOnly) return null;
    }
  }
}

function isFull(answer) {
  return answer.status === 503 && Number(answer.header("Retry-After")) > 0;
}

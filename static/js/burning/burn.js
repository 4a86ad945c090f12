// One video to the server and back: sent in parts that go on after a broken line, then taken as it is made.
import { csrfToken } from "../csrf.js";
import { send } from "../upload/http.js";
import { problemOf } from "../upload/problem.js";
import { upload } from "../upload/tus.js";
import { Boxes } from "./boxes.js";

/**
 * Resolves to the finished video. `tell(stage, share)` follows: `sending`, `waiting`, `drawing`;
 * `pause` waits as patience.js asks. Rejects with Problem, or with the signal's reason.
 */
export async function burn(file, fields, { uploads, action, tell, pause, signal }) {
  const onBytes = (sent) => tell("sending", sent / (file.size || 1));
  const id = await upload(new File([file], "video"), { endpoint: uploads, send, pause, onBytes, signal });
  tell("waiting");
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, upload: id })) body.set(name, value);
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  const answer = await fetch(action, { method: "POST", headers, body, signal }).catch((error) => {
    throw signal.aborted ? error : problemOf({ status: 0, body: "" });
  });
  if (!answer.ok) throw problemOf({ status: answer.status, body: await answer.text() });
  return take(answer, tell, signal);
}

async function take(answer, tell, signal) {
  const seconds = Number(answer.headers.get("Sotto-Seconds"));
  const boxes = new Boxes((at) => tell("drawing", seconds ? Math.min(at / seconds, 1) : undefined));
  const pieces = [];
  try {
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      boxes.take(value);
      pieces.push(value);
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  if (boxes.isWhole) return new Blob(pieces, { type: "video/mp4" });
  throw boxes.failure ? problemOf({ status: 422, body: JSON.stringify({ code: boxes.failure, title: boxes.failure }) }) : problemOf({ status: 0, body: "" });
}

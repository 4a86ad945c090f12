// The queue of this page: it lives as long as the tab, across boosted links.
import { keepForJob } from "../media/store.js";
import { send } from "./http.js";
import { fingerprint, forget, remember } from "./left.js";
import { aboutKeys, fieldsOf, rememberName } from "./level.js";
import { insist } from "./patience.js";
import { problemOf } from "./problem.js";
import { Queue } from "./queue.js";
import { upload } from "./tus.js";

const GONE = new Set(["audio_lost", "not_found"]);
const TURN_SECONDS = 10;

export const queue = new Queue(async (item) => {
  const { uploads, jobs, guest: secret } = document.getElementById("queue").dataset;
  const { signal } = item.abort;
  const pause = (seconds, why) => showPause(item, seconds, why);
  const onBytes = (sent) => tell(item, { sent });
  const onBegin = (url) => began(item, url);
  await knowGuest(secret);
  await item.batch?.open(); // before its upload, which is remembered with it
  item.print ||= await fingerprint(item.file);
  for (let again = 0; ; again += 1) {
    const name = item.options.private ? "" : item.file.name;
    const way = { endpoint: uploads, from: again ? "" : item.url, name, onBytes, onBegin };
    const id = await upload(item.file, { ...way, send, pause, signal });
    try {
      const jobId = await createJob(jobs, { upload: id, ...fieldsOf(item.options), ...(await together(item)) }, pause);
      began(item, "");
      item.batch?.noteSent(item.file.size, item.print);
      if (signal.aborted) await cancelJob(jobs, jobId);
      keepForJob(jobId, item.file);
      if (item.options.private) rememberName(item, jobId).catch(() => {}); // it has a name of its first words then
      return jobId;
    } catch (problem) {
      if (again || !GONE.has(problem.code)) throw problem;
    }
  }
});

export function cancelJob(url, jobId) {
  return send({ method: "DELETE", url: `${url}/${jobId}` });
}

/** What says that it belongs to a batch, in the place of a job of it that ended badly. */
async function together({ batch, former }) {
  const id = await batch?.open();
  if (!id) return {};
  return former ? { batch: id, replaces: former } : { batch: id };
}

/** What is cancelled or refused before it is a job will never come; tried again, it will. */
queue.addEventListener("change", ({ detail: item }) => {
  const { batch, state, jobId, former } = item;
  if (!batch || batch.isRestored) return;
  const isLost = (state === "failed" || state === "cancelled") && !jobId && !former;
  if (isLost) batch.lost.add(item);
  else batch.lost.delete(item);
  batch.expect(batch.size - batch.lost.size);
});

/** An upload is remembered until it has become a job. The words to listen for are content. */
function began(item, url) {
  if (item.url && item.url !== url) forget(item.url);
  item.url = url;
  const { vocabulary: _, ...options } = item.options;
  const batch = item.batch?.id;
  if (url) remember({ url, size: item.file.size, print: item.print, options, batch });
}

function tell(item, fields) {
  Object.assign(item, fields);
  queue.tell(item);
}

async function showPause(item, seconds, why) {
  tell(item, { pause: { seconds, why } });
  try {
    await wait(seconds, item.abort.signal);
  } finally {
    tell(item, { pause: null });
  }
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const stop = () => (clearTimeout(timer), reject(signal.reason));
    signal.addEventListener("abort", stop, { once: true });
  });
}

let guest = null;

/** A guest's browser gets its secret once, before its first upload; two would be two guests. */
function knowGuest(url) {
  guest ??= askForSecret(url);
  return guest;
}

async function askForSecret(url) {
  const answer = await send({ method: "POST", url }).catch(() => null);
  if (answer?.status !== 204) guest = null;
}

/** Safe to repeat: the upload's id is the key under which the server remembers its answer. */
async function createJob(url, fields, pause) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": fields.upload };
  for (;;) {
    const request = { method: "POST", url, headers, body: JSON.stringify(fields) };
    const answer = await insist({ send, pause }, request);
    if (answer.status === 202) return JSON.parse(answer.body).id;
    const problem = aboutKeys(problemOf(answer), answer);
    if (problem.code !== "too_many_jobs") throw problem;
    await pause(TURN_SECONDS, "turn");
  }
}

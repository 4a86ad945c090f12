// Resumable upload (tus 1.0): parts, and after a broken connection on from what has arrived.
import { insist } from "./patience.js";
import { problemOf } from "./problem.js";

export const CHUNK_BYTES = 8 * 1024 * 1024;
const RESTARTS = 3;
const LOST = new Set([404, 410]);
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * Send `file` and return the id of the finished upload.
 *
 * `send` makes one request (see http.js), `pause` waits (see patience.js), `onBytes(sent)`
 * follows the way. `name` "" tells the server none. `from` is the address of an upload to go on with, while the server has it;
 * `onBegin(url)` tells which one it is now. Rejects with Problem, or with the signal's reason.
 */
export async function upload(file, { endpoint, from = "", name = file.name, send, pause, onBytes = () => {}, onBegin = () => {}, signal }) {
  const patiently = (request) => insist({ send, pause, signal }, request);
  let left = from;
  for (let start = 0; start <= RESTARTS; start += 1) {
    const held = left && (await look(left, patiently));
    const url = held ? left : await create({ name, size: file.size }, endpoint, patiently);
    left = "";
    onBegin(url);
    try {
      if (await sendParts(file, url, held?.offset ?? 0, patiently, onBytes)) return url.split("/").pop();
    } catch (error) {
      if (signal?.aborted) await terminate(url, send);
      throw error;
    }
  }
  throw problemOf({ status: 404, body: "" });
}

/** `{offset, name}` of an upload, or null when the server no longer has it. */
export async function look(url, send) {
  const answer = await send({ method: "HEAD", url, headers: TUS });
  if (LOST.has(answer.status)) return null;
  if (answer.status !== 200) throw problemOf(answer);
  const [, name = ""] = /filename ([A-Za-z0-9+/=]*)/.exec(answer.header("Upload-Metadata") ?? "") ?? [];
  return { offset: Number(answer.header("Upload-Offset")), name: fromBase64(name) };
}

/** Tell the server that nothing more will come, so that its memory is free at once. */
export function terminate(url, send) {
  return send({ method: "DELETE", url, headers: TUS }).catch(() => {});
}

async function create({ name, size }, endpoint, send) {
  const headers = { ...TUS, "Upload-Length": String(size) };
  if (name) headers["Upload-Metadata"] = `filename ${base64(name)}`;
  const answer = await send({ method: "POST", url: endpoint, headers });
  if (answer.status !== 201) throw problemOf(answer);
  return new URL(answer.header("Location"), new URL(endpoint, globalThis.location?.href)).href;
}

/** False when the server has lost the upload, so that it must begin anew. */
async function sendParts(file, url, begin, send, onBytes) {
  let offset = begin;
  onBytes(offset);
  while (offset < file.size) {
    const answer = await sendPart(file, url, offset, send, onBytes);
    if (LOST.has(answer.status)) return false;
    if (answer.status !== 200 && answer.status !== 204) throw problemOf(answer);
    offset = Number(answer.header("Upload-Offset"));
    onBytes(offset);
  }
  return true;
}

async function sendPart(file, url, offset, send, onBytes) {
  const answer = await send({
    method: "PATCH",
    url,
    headers: { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    body: file.slice(offset, offset + CHUNK_BYTES),
    onBytes: (sent) => onBytes(offset + sent),
    onceOnly: true,
  });
  const isUncertain = answer === null || answer.status === 409;
  return isUncertain ? send({ method: "HEAD", url, headers: TUS }) : answer;
}

function base64(text) {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text) {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
}

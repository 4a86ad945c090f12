// Against a server that really speaks tus over a socket, and misbehaves when it is told to.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";
import { ConnectionLost } from "../../static/js/upload/http.js";
import { CHUNK_BYTES, upload } from "../../static/js/upload/tus.js";

async function send({ method, url, headers, body, signal }) {
  const answer = await fetch(url, { method, headers, body, signal }).catch((error) => {
    if (signal?.aborted) throw signal.reason;
    throw new ConnectionLost(error.message);
  });
  const text = method === "HEAD" ? "" : await answer.text();
  return { status: answer.status, header: (name) => answer.headers.get(name), body: text };
}

/** `faults` may answer by itself (and say true) before the upload does. */
async function withServer(faults, act) {
  const uploads = new Map();
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.headers["upload-offset"] ?? ""}`.trim());
    if (await faults({ request, response, uploads, requests })) return;
    const parts = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return; // the client went away in the middle
    }
    answer(request, response, uploads, Buffer.concat(parts));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${server.address().port}/v1/uploads`;
  try {
    await act({ endpoint, uploads, requests });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function answer(request, response, uploads, body) {
  const id = request.url.split("/").pop();
  if (request.method === "POST") {
    const name = `u${uploads.size + 1}`;
    uploads.set(name, { bytes: Buffer.alloc(0), metadata: request.headers["upload-metadata"] });
    response.writeHead(201, { Location: `/v1/uploads/${name}` }).end();
  } else if (!uploads.has(id)) response.writeHead(404).end();
  else if (request.method === "DELETE") {
    uploads.delete(id);
    response.writeHead(204).end();
  } else {
    const held = uploads.get(id);
    const fits = Number(request.headers["upload-offset"]) === held.bytes.length;
    if (request.method === "PATCH" && fits) held.bytes = Buffer.concat([held.bytes, body]);
    const status = request.method === "HEAD" ? 200 : fits ? 204 : 409;
    response.writeHead(status, { "Upload-Offset": held.bytes.length }).end();
  }
}

const well = () => false;
const file = (size, name = "speech.wav") => Object.assign(new Blob([new Uint8Array(size).map((_, i) => i % 251)]), { name });
const bytesOf = async (blob) => Buffer.from(await blob.arrayBuffer());
const tools = (pauses = []) => ({ send, pause: async (seconds, why) => void pauses.push([seconds, why]) });

test("a large file goes in parts and arrives as it was", async () => {
  await withServer(well, async ({ endpoint, uploads, requests }) => {
    const big = file(2 * CHUNK_BYTES + 5, "Gespräch 聞.wav");
    const seen = [];
    const id = await upload(big, { endpoint, ...tools(), onBytes: (sent) => seen.push(sent) });
    assert.deepEqual(uploads.get(id).bytes, await bytesOf(big));
    assert.deepEqual(requests, ["POST", "PATCH 0", `PATCH ${CHUNK_BYTES}`, `PATCH ${2 * CHUNK_BYTES}`]);
    assert.equal(seen.at(-1), big.size);
    const name = Buffer.from(uploads.get(id).metadata.split(" ")[1], "base64").toString();
    assert.equal(name, "Gespräch 聞.wav");
  });
});

test("a name that the server is not to know is not sent", async () => {
  await withServer(well, async ({ endpoint, uploads }) => {
    const id = await upload(file(10, "Übergabe an Kestrel.wav"), { endpoint, name: "", ...tools() });
    assert.equal(uploads.get(id).metadata, undefined);
  });
});

test("after a broken connection it asks what has arrived and goes on from there", async () => {
  const breakOnce = ({ request, uploads, requests }) => {
    if (request.method !== "PATCH" || requests.filter((line) => line.startsWith("PATCH")).length !== 2) return false;
    request.socket.destroy();
    return true;
  };
  await withServer(breakOnce, async ({ endpoint, uploads, requests }) => {
    const pauses = [];
    const big = file(CHUNK_BYTES + 9);
    const id = await upload(big, { endpoint, ...tools(pauses) });
    assert.deepEqual(uploads.get(id).bytes, await bytesOf(big));
    assert.deepEqual(requests.slice(-2), ["HEAD", `PATCH ${CHUNK_BYTES}`]);
    assert.deepEqual(pauses, [[1, "offline"]]);
  });
});

test("a full server is asked again when it says so", async () => {
  const fullTwice = ({ request, response, requests }) => {
    if (request.method !== "POST" || requests.length > 2) return false;
    response.writeHead(503, { "Retry-After": "15" }).end("{}");
    return true;
  };
  await withServer(fullTwice, async ({ endpoint, uploads }) => {
    const pauses = [];
    const id = await upload(file(10), { endpoint, ...tools(pauses) });
    assert.equal(uploads.get(id).bytes.length, 10);
    assert.deepEqual(pauses, [[15, "busy"], [15, "busy"]]);
  });
});

test("an upload that the server has lost begins anew", async () => {
  const forgetOnce = ({ request, uploads, requests }) => {
    if (request.method === "PATCH" && requests.length === 2) {
      uploads.delete("u1");
      uploads.set("somebody else's", { bytes: Buffer.alloc(0) });
    }
    return false;
  };
  await withServer(forgetOnce, async ({ endpoint, uploads, requests }) => {
    const id = await upload(file(10), { endpoint, ...tools() });
    assert.equal(uploads.get(id).bytes.length, 10);
    assert.deepEqual(requests, ["POST", "PATCH 0", "POST", "PATCH 0"]);
  });
});

test("a refusal carries the server's own words", async () => {
  const refuse = ({ response }) => {
    response.writeHead(413, { "Content-Type": "application/problem+json" });
    response.end(JSON.stringify({ code: "file_too_large", title: "Too large.", detail: "Cut it." }));
    return true;
  };
  await withServer(refuse, async ({ endpoint }) => {
    await assert.rejects(upload(file(10), { endpoint, ...tools() }), {
      code: "file_too_large",
      title: "Too large.",
      detail: "Cut it.",
      status: 413,
    });
  });
});

test("giving up tells the server, so that its memory is free at once", async () => {
  const abort = new AbortController();
  const stopAtSecondPart = ({ request }) => {
    if (request.method === "PATCH" && request.headers["upload-offset"] !== "0") abort.abort(new Error("enough"));
    return false;
  };
  await withServer(stopAtSecondPart, async ({ endpoint, uploads }) => {
    const sending = upload(file(2 * CHUNK_BYTES), { endpoint, ...tools(), signal: abort.signal });
    await assert.rejects(sending, /enough/);
    assert.equal(uploads.size, 0);
  });
});

test("an upload that another page began goes on where it is", async () => {
  await withServer(well, async ({ endpoint, uploads, requests }) => {
    const big = file(2 * CHUNK_BYTES);
    uploads.set("begun", { bytes: (await bytesOf(big)).subarray(0, CHUNK_BYTES + 7) });
    const begun = [];
    const id = await upload(big, { endpoint, from: `${endpoint}/begun`, ...tools(), onBegin: (url) => begun.push(url) });
    assert.equal(id, "begun");
    assert.deepEqual(begun, [`${endpoint}/begun`]);
    assert.deepEqual(uploads.get("begun").bytes, await bytesOf(big));
    assert.deepEqual(requests, ["HEAD", `PATCH ${CHUNK_BYTES + 7}`]);
  });
});

test("one that the server no longer has begins anew", async () => {
  await withServer(well, async ({ endpoint, requests }) => {
    const id = await upload(file(10), { endpoint, from: `${endpoint}/expired`, ...tools() });
    assert.equal(id, "u1");
    assert.deepEqual(requests, ["HEAD", "POST", "PATCH 0"]);
  });
});

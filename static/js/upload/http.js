import { csrfToken } from "../csrf.js";

/** The connection broke before an answer came; whether the server acted is not known. */
export class ConnectionLost extends Error {}

/**
 * One request with upload progress, which fetch does not tell.
 * Resolves to `{status, header(name), body}` for every answer, a refusal included.
 */
export function send({ method, url, headers = {}, body = null, onBytes, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    const all = { "X-CSRFToken": csrfToken(), Accept: "application/json", ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onBytes?.(event.loaded);
    request.onload = () => resolve(answer(request));
    request.onerror = () => reject(new ConnectionLost());
    request.onabort = () => reject(signal?.reason ?? new ConnectionLost());
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function answer(request) {
  return {
    status: request.status,
    header: (name) => request.getResponseHeader(name),
    body: request.responseText,
  };
}

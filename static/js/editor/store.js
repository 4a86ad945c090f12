// Where a Standard transcript lives: on the server, which applies operations to what it holds.
// A store has `load`, `save`, `versions`, `version`, `machine`, `restore`, `hearAgain`; what they answer
// is described here.
import { csrfToken } from "../csrf.js";
import { sendAgain } from "./hearing.js";

/** `status` is 0 where the server was not reached; `problem` is its answer, if it gave one. */
export class StoreFailed extends Error {
  constructor(status, problem = {}) {
    super(problem.code ?? "network");
    this.status = status;
    this.problem = problem;
  }

  /** It may work later, as it is. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export class StandardStore {
  #path;

  constructor(transcriptId) {
    this.#path = `/v1/transcripts/${transcriptId}`;
  }

  /** `{document, version}` */
  async load() {
    const response = await this.#ask("GET", "/document");
    const version = Number(response.headers.get("ETag").match(/\d+/)[0]);
    return { document: await response.json(), version };
  }

  /** `{version, others: [{number, operations}]}`. Sent twice under the same `batch` it counts once. */
  async save({ base, batch, operations }, { keepalive = false } = {}) {
    const body = { base_version: base, batch, operations };
    const response = await this.#ask("POST", "/operations", { body, keepalive });
    return response.json();
  }

  /**
   * `{current, machine, hearings, results: [{number, created_at, author, heard_by, kinds, restores}], next}`,
   * newest first. Of the `hearings`, numbers of versions, `machine` is that of which the words are made.
   */
  async versions(before) {
    const query = before ? `?before=${before}` : "";
    return (await this.#ask("GET", `/versions${query}`)).json();
  }

  /** `{number, document, operations, heard, heard_by}`: the last two are a machine's, else null. */
  async version(number) {
    return (await this.#ask("GET", `/versions/${number}`)).json();
  }

  /** The document as the machine heard it of whose words the current one is made. */
  async machine() {
    const { machine } = await (await this.#ask("GET", "/versions?limit=1")).json();
    return (await this.version(machine)).heard;
  }

  /** Another machine hears `file`, the recording; resolves to the job of it. Rejects with Problem. */
  hearAgain(file, fields, way) {
    return sendAgain(this.#path, file, fields, way);
  }

  async restore(number, base) {
    const response = await this.#ask("POST", `/versions/${number}/restore`, { body: { base_version: base } });
    return response.json();
  }

  /** Whether it is still there, and still the reader's: "here", "gone", "locked" (logged out), "away". */
  async whereabouts(kind) {
    try {
      await this.#ask("GET", "/versions?limit=1");
      return "here";
    } catch (failed) {
      if (failed.isPassing) return "away";
    }
    const me = await fetch("/v1/me").then((answer) => answer.json(), () => null);
    if (!me) return "away";
    return me.kind === kind ? "gone" : "locked";
  }

  async #ask(method, path, { body, keepalive } = {}) {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(this.#path + path, { method, headers, keepalive, body: body && JSON.stringify(body) });
    } catch {
      throw new StoreFailed(0);
    }
    if (response.ok) return response;
    throw new StoreFailed(response.status, await response.json().catch(() => ({})));
  }
}

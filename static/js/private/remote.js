// What is kept of private transcripts on the server, which reads none of it. Nothing but what is named here is ever sent.
//
// An envelope is `{v, alg, iv, ct}`, a dek `{version, env}`. Everything rejects with RemoteFailed; of a 409 or 412,
// `problem.current_version` is what is there, and `problem.errors.ring_epoch` says that the ring has been rotated.
import { csrfToken } from "../csrf.js";
import { envelope, named as namedRing } from "./ring.js";

const WAYS = { credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" };
const FIRST = { "If-None-Match": "*" };
const upon = (base) => ({ "If-Match": `"${base}"` });

/** `status` is 0 where the server was not reached, or answered nothing that could be read; `problem` is its answer, if it gave one. */
export class RemoteFailed extends Error {
  constructor(status, problem = {}) {
    super(problem?.code ?? "network");
    this.status = status;
    this.problem = problem ?? {};
  }

  /** It may work later, as it is. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const dek = ({ version, env }) => ({ version, env: envelope(env) });
const sealedManifest = (one) => one && { epoch: one.epoch, env: envelope(one.env) };
const sealedText = ({ version, ring_epoch, dek: key, document, about, machine }) =>
  ({ version, ring_epoch, dek: dek(key), document: envelope(document), about: about ? envelope(about) : null, ...(machine && { machine: envelope(machine) }) });

/** In an address only what ids are made of: whoever names them is the server. */
function at(id, rest = "", kind = "transcripts") {
  return `/v1/${kind}/${named(id)}${rest}`;
}

function named(id) {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new RemoteFailed(404);
  return id;
}

export class Remote {
  #fetch;

  constructor(ask = (...given) => fetch(...given)) {
    this.#fetch = ask;
  }

  /** Whole: `{uid, epoch, manifest: {epoch, env}|null, results: [{id, version, created_at, updated_at, duration, language, model, favourite, is_sealed, public_key?, job?, dek?, about?}]}`. */
  async list() {
    const first = await this.#json("GET", "/v1/private");
    const results = [...first.results];
    for (let { next } = first; next;) {
      const cursor = new URL(next, "https://sotto.invalid").searchParams.get("cursor"); // of an address, which may lead anywhere
      const page = await this.#json("GET", `/v1/private?cursor=${encodeURIComponent(cursor)}`);
      if (page.epoch !== first.epoch || page.manifest?.epoch !== first.manifest?.epoch) return this.list(); // changed on the way
      results.push(...page.results);
      ({ next } = page);
    }
    return { uid: first.uid, epoch: first.epoch, manifest: first.manifest, results };
  }

  /** `{epoch, env}` or null. */
  manifest = async () => (await this.#json("GET", "/v1/private?limit=1")).manifest;

  /** `{version, dek, document, about}`; or `{sealed, public_key, job}` until it is first saved. */
  document = async (tid) => this.#json("GET", at(tid, "/document"));

  /** `{version: 1, dek, document}`: what was saved first, which is what the machine heard. */
  machine = async (tid) => this.#json("GET", at(tid, "/document?version=1"));

  /**
   * `{version, ring_epoch, dek, document, about, machine?}` as the first one (`{first: true}`) or upon version `base`.
   * `machine`, version 1 under the new key, is needed where `dek.version` is another than before.
   * Resolves to the row as a list has it. 412: it has been saved first by another. 409: another version is there.
   */
  put = async (tid, body, { first = false, base, keepalive } = {}) =>
    this.#json("PUT", at(tid, "/document"), { body: sealedText(body), headers: first ? FIRST : upon(base), keepalive });

  /**
   * `{epoch, env, ring_epoch?}`, whose epoch is one more than that of the one before; a first one may begin with any.
   * 409: another came before, or, with `errors.ring_epoch`, the keys have been rotated since that epoch of the ring.
   */
  putManifest = async ({ ring_epoch, ...manifest }, { keepalive } = {}) =>
    this.#json("PUT", "/v1/private/manifest", { body: { ...sealedManifest(manifest), ring_epoch }, keepalive });

  /**
   * What `vault.rotated` made in the place of the ring of epoch `before`: `{ring, deks: [{tid, version, env}]}`, and the manifest,
   * which the new keys seal again. 409: there are other transcripts or another ring by now. 403 `reauthentication_required`.
   */
  rotate = ({ ring, deks, manifest }, before) => this.#json("PUT", "/v1/keyring/rotation", {
    body: { ring: namedRing(ring), deks: deks.map((one) => ({ id: one.tid, ...dek(one) })), manifest: sealedManifest(manifest ?? null) },
    headers: upon(before),
  });

  /** One that is not private: `{version, title, folder, tags, document, private: false}`; or `{private: true}`. */
  plain = async (tid) => this.#json("GET", at(tid));

  /** Standard to Private: a body as for `put`, in the place of the plain text of version `base`. */
  makePrivate = async (tid, body, base) => this.#json("POST", at(tid, "/privacy"), { body: { private: true, ...sealedText(body) }, headers: upon(base) });

  /** Private to Standard: here words are sent to the server, to be kept in clear. */
  makeStandard = async (tid, { document, title, folder, tags }, base) =>
    this.#json("POST", at(tid, "/privacy"), { body: { private: false, document, title, folder, tags }, headers: upon(base) });

  /** `[{id, created_at, expires_at, max_views, views, …}]` */
  shares = async (tid) => (await this.#json("GET", at(tid, "/private-shares"))).results;

  /** `{id, token_sha256, env, kdf: {salt, iter}|null, expires_at, max_views}`, of which the last two may be null. */
  share = async (tid, { id, token_sha256, env, kdf = null, expires_at = null, max_views = null }) => this.#json("POST", at(tid, "/private-shares"), {
    body: { id, token_sha256, env: envelope(env), kdf: kdf && { salt: kdf.salt, iter: kdf.iter }, expires_at, max_views },
  });

  unshare = async (tid, share) => this.#ask("DELETE", at(tid, `/private-shares/${named(share)}`));

  /** For whoever has the link: `{kdf}`, which counts as no view. */
  sharedKdf = async (share) => this.#json("GET", at(share, "", "private-shares"));

  /** `{env}`. 404 for another token too. */
  shared = async (share, token) => this.#json("POST", at(share, "", "private-shares"), { body: { token } });

  remove = async (tid) => this.#ask("DELETE", at(tid));

  favourite = async (tid, yes) => this.#json("PATCH", at(tid), { body: { favourite: Boolean(yes) } });

  /** Private ones of `/v1/jobs`, the newest. */
  jobs = async () => (await this.#json("GET", "/v1/jobs")).results.filter((job) => job.private);

  cancel = async (job) => this.#ask("DELETE", at(job, "", "jobs"));

  async #json(...asked) {
    const answer = await this.#ask(...asked);
    return answer.json().catch(() => { throw new RemoteFailed(0); }); // a proxy's page
  }

  async #ask(method, address, { body, headers, keepalive } = {}) {
    const all = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...(body && { "Content-Type": "application/json" }), ...headers };
    let answer;
    try {
      answer = await this.#fetch(address, { method, headers: all, body: body && JSON.stringify(body), ...(keepalive && { keepalive }), ...WAYS });
    } catch {
      throw new RemoteFailed(0);
    }
    if (answer.ok) return answer;
    throw new RemoteFailed(answer.status, await answer.json().catch(() => ({})));
  }
}

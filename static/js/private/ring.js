// The ring on the server: read, left there, taken away. Nothing but what the format names is ever sent.
import { csrfToken } from "../csrf.js";

const ADDRESS = "/v1/keyring";
const WAYS = { credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" };

export const envelope = ({ v, alg, iv, ct }) => ({ v, alg, iv, ct });
const slot = ({ id, type, iter, salt, env }) => ({ id, type, iter, salt, env: envelope(env) });
const pair = ({ pk, env }) => ({ pk, env: envelope(env) });

/** Whatever else hangs on the object stays here. */
export const named = ({ epoch, pk, slots, pairs, state }) => ({ epoch, pk, slots: slots.map(slot), pairs: pairs.map(pair), state: envelope(state) });

/**
 * What can be done about a refusal, in `reason`: "reauthenticate" (enter the password, then again),
 * "login", "plan", "reload" (another ring is there: `epoch`, or null where there is none any more), "later" (no answer, or not now),
 * "refused" (the rest).
 */
export function reasonOf(status, { code, current_version: epoch = null } = {}) {
  if (status === 403 && code === "reauthentication_required") return { reason: "reauthenticate" };
  if (status === 401) return { reason: "login" };
  if (status === 403 && code === "plan_required") return { reason: "plan" };
  if (status === 409) return { reason: "reload", epoch };
  return { reason: status === 0 || status === 408 || status === 429 || status >= 500 ? "later" : "refused" };
}

async function asked(method, { ring, ...headers } = {}, ask = fetch) {
  const body = ring && JSON.stringify(named(ring));
  const all = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...(body && { "Content-Type": "application/json" }), ...headers };
  let answer;
  try {
    answer = await ask(ADDRESS, { method, headers: all, body, ...WAYS });
  } catch {
    return reasonOf(0);
  }
  const said = await answer.json().catch(() => null);
  if (!answer.ok) return reasonOf(answer.status, said ?? {});
  if (method === "DELETE") return {};
  return said ? { uid: said.uid, ring: said.ring, ...(said.created_at && { since: said.created_at }) } : { reason: "later" };
}

/** `{uid, ring, since}`, with a ring of null where there is none; or `{reason}`. `since` is when the first of it was set up. */
export const readRing = (ask) => asked("GET", {}, ask);

/** A first ring. */
export const putFirst = (ring, ask) => asked("PUT", { ring, "If-None-Match": "*" }, ask);

/** Another ring in the place of the one of that epoch. */
export const putInstead = (ring, before, ask) => asked("PUT", { ring, "If-Match": `"${before}"` }, ask);

/** `{}`, and what it locked is lost; or `{reason}`. */
export const deleteRing = (ask) => asked("DELETE", {}, ask);

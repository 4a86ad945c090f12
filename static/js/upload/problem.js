/** A refusal of the API (RFC 9457), with the sentences that the server chose for it. */
export class Problem extends Error {
  constructor({ code, title, detail, status }) {
    super(code);
    Object.assign(this, { code, title, detail, status });
  }
}

/** Read an answer's problem; one that carries none becomes `server`, whose words the page has. */
export function problemOf({ status, body }) {
  try {
    const { code, title, detail } = JSON.parse(body);
    if (title) return new Problem({ code, title, detail, status });
  } catch {
    // Not JSON: a proxy's page, say.
  }
  return new Problem({ code: status === 0 ? "network" : "server", title: "", detail: "", status });
}

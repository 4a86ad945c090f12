// Recordings that are sent together: one number at the server, and after a reload what is known of
// them here. Sizes and hashes only, in sessionStorage, as with uploads (left.js).
import { send } from "./http.js";

const KEY = "sotto:batches";
const ADDRESS = "/v1/batches";
const JSON_HEADERS = { "Content-Type": "application/json" };

export class Batch {
  constructor({ id = "", expected = 0, mail = false, sent = [], isRestored = false }) {
    Object.assign(this, { id, expected, mail, sent, isRestored });
    Object.assign(this, { size: expected, lost: new Set() });
    this.state = null; // as the server says it
  }

  /** Its id, made at the server on first need; "" where that fails: then they go one by one. */
  open() {
    this.opening ??= this.id ? Promise.resolve(this.id) : this.begin();
    return this.opening;
  }

  async begin() {
    const answer = await ask("POST", ADDRESS, { expected: this.expected, mail: this.mail });
    this.id = answer?.id ?? "";
    if (this.id) keep(this);
    else this.opening = null;
    return this.id;
  }

  /** Fewer will come than was said, or more again. */
  async expect(expected) {
    if (expected === this.expected) return;
    this.expected = expected;
    if (!this.id) return;
    keep(this);
    this.state = (await ask("PATCH", `${ADDRESS}/${this.id}`, { expected })) ?? this.state;
  }

  /** A file of it has become a job: chosen again after a reload, it is not sent twice. */
  noteSent(size, print) {
    this.sent.push([size, print]);
    if (this.id) keep(this);
  }

  hasSent(size, print) {
    return this.sent.some((one) => one[0] === size && one[1] === print);
  }

  async look() {
    this.state = (await ask("GET", `${ADDRESS}/${this.id}`)) ?? this.state;
    return this.state;
  }

  forget() {
    save(records().filter(({ id }) => id !== this.id));
  }
}

/** What this tab was sending together before it was reloaded. */
export function restored() {
  return records().map((record) => new Batch({ ...record, isRestored: true }));
}

async function ask(method, url, content) {
  const body = content && JSON.stringify(content);
  const answer = await send({ method, url, headers: content ? JSON_HEADERS : {}, body }).catch(() => null);
  if (answer?.status === 404) return { isGone: true };
  return answer && answer.status < 300 ? JSON.parse(answer.body) : null;
}

function keep({ id, expected, mail, sent }) {
  save([...records().filter((record) => record.id !== id), { id, expected, mail, sent }]);
}

function records() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // nothing may be kept here, or somebody else wrote it
  }
}

function save(rows) {
  try {
    if (rows.length) sessionStorage.setItem(KEY, JSON.stringify(rows));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: after a reload nothing is known of them.
  }
}

// Which recording is sent when: two at a time, the others wait; lost ones go again by themselves.
export const AT_ONCE = 2;
export const RESENDS = 2;

/** States: waiting → sending → working → done | failed | cancelled; `left` waits for its file. */
export class Item {
  constructor(file, options) {
    Object.assign(this, { file, options, state: "waiting", sent: 0, resends: 0 });
    Object.assign(this, { jobId: "", transcriptId: "", resultUrl: "", problem: null, note: null });
    Object.assign(this, { url: "", print: "", isGone: false, batch: null, former: "" });
    this.abort = new AbortController();
  }
}

/** `run(item)` sends a file and resolves to its job's id. Tells of changes by `change` events. */
export class Queue extends EventTarget {
  constructor(run) {
    super();
    this.run = run;
    this.items = [];
  }

  get isSending() {
    return this.items.some((item) => item.state === "sending" || item.state === "waiting");
  }

  add(files, options, batch = null) {
    const items = files.map((file) => new Item(file, options));
    for (const item of items) Object.assign(item, { batch, isAlone: items.length === 1 });
    this.items.push(...items);
    items.forEach((item) => this.tell(item));
    this.startWaiting();
    return items;
  }

  /** What was being sent when the page was left: `{url, print, file, options, sent, isGone}`. */
  addLeft({ file, options, ...fields }) {
    const item = Object.assign(new Item(file, options), fields, { state: "left" });
    this.items.push(item);
    this.tell(item);
    return item;
  }

  resume(item, file) {
    Object.assign(item, { file, note: null, isGone: false, isAlone: this.items.length === 1 });
    this.move(item, "waiting");
  }

  cancel(item) {
    item.abort.abort();
    this.move(item, "cancelled");
  }

  retry(item) {
    item.abort = new AbortController();
    const former = item.jobId || item.former;
    Object.assign(item, { former, isLive: false, sent: 0, jobId: "", problem: null, note: null });
    this.move(item, "waiting");
  }

  remove(item) {
    this.items = this.items.filter((other) => other !== item);
    this.tell(item);
  }

  /** The job of an item has ended, as its page or socket said. */
  ended(jobId, { status, failure, transcriptId, resultUrl }) {
    const item = this.items.find((other) => other.jobId === jobId && other.state === "working");
    if (!item) return;
    if (failure === "audio_lost" && item.resends < RESENDS) {
      const resends = item.resends + 1;
      this.retry(item);
      Object.assign(item, { resends, note: "resent" });
      this.tell(item);
      return;
    }
    Object.assign(item, { transcriptId, resultUrl });
    this.move(item, status);
  }

  startWaiting() {
    const sending = this.items.filter((item) => item.state === "sending").length;
    const waiting = this.items.filter((item) => item.state === "waiting");
    waiting.slice(0, Math.max(0, AT_ONCE - sending)).forEach((item) => this.start(item));
  }

  async start(item) {
    const { signal } = item.abort;
    item.state = "sending";
    this.tell(item);
    try {
      item.jobId = await this.run(item);
      if (signal === item.abort.signal) this.move(item, signal.aborted ? "cancelled" : "working");
    } catch (problem) {
      if (signal.aborted) return;
      item.problem = problem;
      this.move(item, "failed");
    }
  }

  move(item, state) {
    item.state = state;
    this.tell(item);
    this.startWaiting();
  }

  tell(item) {
    this.dispatchEvent(new CustomEvent("change", { detail: item }));
  }
}

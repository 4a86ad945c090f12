// The list of recordings in work. It outlives the page it was drawn on (hx-preserve).
import { notify } from "../notices.js";
import { transcribed } from "../media/store.js";
import { discard, goOn, showLeft } from "../upload/resume.js";
import { Row } from "../upload/rows.js";
import { cancelJob, queue } from "../upload/session.js";
import { fill } from "../upload/words.js";

const LIVE_AT_ONCE = 12; // each has a socket, and the server allows so many to one person

export default function list(section) {
  const rows = new Map();

  function show(item) {
    if (!queue.items.includes(item)) rows.get(item)?.element.remove();
    else (rows.get(item) ?? add(item)).show();
    section.hidden = queue.items.length === 0;
    follow();
  }

  /** The first of those in work are watched; the others when one of them has ended. */
  function follow() {
    const working = queue.items.filter(({ state }) => state === "working");
    const room = LIVE_AT_ONCE - working.filter(({ isLive }) => isLive).length;
    for (const item of working.filter(({ isLive }) => !isLive).slice(0, room)) {
      item.isLive = true;
      rows.get(item)?.show();
    }
  }

  function add(item) {
    const row = new Row(section, item);
    rows.set(item, row);
    section.querySelector("[data-rows]").append(row.element);
    row.part("cancel").addEventListener("click", () => cancel(item));
    row.part("retry").addEventListener("click", () => queue.retry(item));
    row.part("dismiss").addEventListener("click", () => discard(item));
    row.part("file").addEventListener("change", ({ target }) => choose(item, row, target));
    return row;
  }

  async function choose(item, row, input) {
    const [file] = input.files;
    if (!file) return;
    const hadFocus = document.activeElement === input;
    const isRight = await goOn(item, file);
    input.value = "";
    if (isRight && hadFocus) row.part("cancel").focus();
    if (isRight) return;
    item.note = "another";
    queue.tell(item);
    aloud(fill(section, "another"));
  }

  function cancel(item) {
    if (item.state !== "working") return queue.cancel(item);
    return cancelJob(section.dataset.jobs, item.jobId).catch(() => notify("network"));
  }

  function say(item, words) {
    const name = item.file.name;
    const text = item.state === "done" ? "said_done" : "said_failed";
    aloud(fill(section, text, { name, reason: words }));
  }

  function aloud(sentence) {
    section.querySelector("[data-aloud]").textContent = sentence;
  }

  function jobChanged({ detail }) {
    if (detail.transcriptId) transcribed(detail.jobId, detail.transcriptId);
    const item = queue.items.find((other) => other.jobId === detail.jobId);
    if (item?.state !== "working" || !detail.ended) return;
    queue.ended(detail.jobId, detail);
    if (item.state === "done" || item.state === "failed") say(item, detail.words);
    if (item.state === "done" && item.isAlone && document.querySelector("[data-page=home]")) {
      rows.get(item).part("open").click();
    }
  }

  /** What the page itself shows needs no row. */
  function leaveOut() {
    const { transcript } = document.querySelector("article[data-transcript]")?.dataset ?? {};
    const { pageJob } = document.querySelector("[data-page-job]")?.dataset ?? {};
    for (const [item, row] of rows) {
      if (transcript && item.transcriptId === transcript) queue.remove(item);
      row.element.hidden = Boolean(pageJob) && item.jobId === pageJob;
    }
  }

  queue.addEventListener("change", (event) => show(event.detail));
  document.addEventListener("sotto:job", jobChanged);
  document.addEventListener("htmx:afterSettle", leaveOut);
  queue.items.forEach(show);
  showLeft().then((items) => {
    if (items.length) aloud(items.map((item) => `${item.file.name} ${rows.get(item).words()}`).join(" "));
  });
}

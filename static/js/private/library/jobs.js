// Private recordings in work: asked for while there are any and somebody looks. Their names were never sent.
import { sentence } from "../../editor/sentence.js";
import { nameOf } from "../names.js";

const [LOOK_MS, REST_MS] = [2000, 20_000];
const LIVE = ["queued", "running"];

/** `onDone` is called when one that was in work has become a transcript. */
export function showJobs(place, { vault, remote, signal }, onDone) {
  const root = place.querySelector("[data-jobs]");
  const [list, made] = [root.querySelector("[data-jobs-rows]"), root.querySelector("template[data-job]")];
  const wording = root.querySelector("template[data-job-words]").content;
  const shown = new Map();
  let timer = null;

  async function row(job) {
    const item = made.content.firstElementChild.cloneNode(true);
    const name = item.querySelector("[data-name]");
    const named = await nameOf(vault, job.id);
    name.textContent = named?.file_name || name.dataset.untitled;
    item.querySelector("[data-progress]").ariaLabel = name.textContent;
    item.querySelector("[data-cancel]").addEventListener("click", () => remote.cancel(job.id).then(look, look));
    return item;
  }

  function say(item, { status, progress, error }) {
    const [bar, note] = [item.querySelector("[data-progress]"), item.querySelector("[data-note]")];
    const words = sentence(wording.querySelector(`[data-status="${status}"]`).textContent, { percent: Math.floor(100 * progress) });
    const said = item.querySelector("[data-status]");
    if (said.textContent !== words) said.textContent = words;
    for (const part of [bar, item.querySelector("[data-cancel]")]) part.hidden = !LIVE.includes(status);
    if (status === "running") bar.value = progress;
    note.hidden = !error;
    note.textContent = error ? `${error.title} ${error.detail}` : "";
  }

  async function take(jobs) {
    const waited = shown.size;
    for (const job of jobs.filter(({ id, status }) => LIVE.includes(status) || shown.has(id))) {
      if (!shown.has(job.id)) shown.set(job.id, await row(job));
      if (signal.aborted) return;
      say(shown.get(job.id), job);
      if (["done", "cancelled"].includes(job.status)) shown.delete(job.id);
    }
    list.replaceChildren(...shown.values());
    root.hidden = !shown.size;
    if (shown.size < waited) onDone();
  }

  async function look() {
    clearTimeout(timer);
    if (!document.hidden) await remote.jobs().then(take, () => {});
    if (!signal.aborted) timer = setTimeout(look, shown.size ? LOOK_MS : REST_MS);
  }

  signal.addEventListener("abort", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => !document.hidden && look(), { signal });
  return look();
}

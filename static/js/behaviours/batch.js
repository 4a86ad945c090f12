// All recordings in work as one: how many are ready, how long it takes, and what goes for all.
import { notify } from "../notices.js";
import { restored } from "../upload/batches.js";
import { cancelJob, queue } from "../upload/session.js";
import { secondsLeft, tallyOf } from "../upload/tally.js";
import { fill } from "../upload/words.js";

const LOOKS_EVERY_MS = 3000;
const ORDER = ["waiting", "left", "sending", "working"]; // or the next one would begin at once
const NOTIFY = "sotto:notify";

export default function batch(panel) {
  const section = panel.closest("#queue");
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const before = (queue.before ??= restored());
  let began = null;
  let timer = 0;

  function show() {
    const tally = tallyOf(queue.items, before);
    panel.hidden = tally.total < 2 && !before.length;
    if (before.length) section.hidden = false;
    const isOpen = tally.open > 0;
    if (isOpen) began ??= { at: performance.now(), fraction: tally.fraction };
    part("tally").textContent = fill(section, tally.failed ? "tally_failed" : "tally", tally);
    part("whole").value = 100 * tally.fraction;
    part("time").textContent = isOpen ? timeLeft(tally) : "";
    part("cancel-all").hidden = !queue.items.some(({ state }) => ORDER.includes(state));
    part("retry-all").hidden = !queue.items.some(({ state }) => state === "failed");
    part("clear").hidden = isOpen;
    showMissing();
    showNotify(isOpen);
    if (began && !isOpen) over(tally);
  }

  function timeLeft({ fraction }) {
    const seconds = secondsLeft(fraction, began.fraction, (performance.now() - began.at) / 1000);
    if (seconds === null) return "";
    const minutes = Math.ceil(seconds / 60);
    return fill(section, minutes > 1 ? "minutes_left" : "minute_left", { minutes });
  }

  /** After a reload: those that never came to be sent, because the browser has lost its files. */
  function showMissing() {
    const missing = before.reduce((sum, one) => sum + lacking(one), 0);
    part("missing").hidden = missing === 0;
    part("without").hidden = missing === 0;
    part("missing").textContent = missing ? fill(section, "missing", { missing }) : "";
  }

  function lacking(one) {
    if (!one.state || one.state.settled_at) return 0;
    const here = queue.items.filter((item) => item.batch === one && !item.jobId).length;
    return Math.max(0, one.expected - (one.state.jobs ?? []).length - here);
  }

  function over(tally) {
    began = null;
    for (const { batch: one } of queue.items) one?.forget();
    const sentence = fill(section, "all_over", tally);
    section.querySelector("[data-aloud]").textContent = sentence;
    if (tally.total > 1 && sessionStorage.getItem(NOTIFY) && globalThis.Notification?.permission === "granted") {
      new Notification(fill(section, "all_over_title"), { body: sentence, tag: "sotto-batch" });
    }
  }

  function showNotify(isOpen) {
    const isChosen = sessionStorage.getItem(NOTIFY) !== null;
    part("notify").hidden = !isOpen || isChosen || !("Notification" in globalThis);
    part("notified").hidden = !isOpen || !isChosen;
  }

  async function askToNotify() {
    const answer = await Notification.requestPermission();
    if (answer === "granted") sessionStorage.setItem(NOTIFY, "on");
    else notify(fill(section, "no_notifications"));
    show();
  }

  function cancelAll() {
    for (const state of ORDER) {
      for (const item of queue.items.filter((one) => one.state === state)) {
        if (state === "working") cancelJob(section.dataset.jobs, item.jobId).catch(() => notify("network"));
        else queue.cancel(item);
      }
    }
  }

  function clear() {
    for (const one of before.splice(0)) one.forget();
    for (const item of queue.items.filter(({ state }) => state === "done" || state === "cancelled" || state === "failed")) {
      queue.remove(item);
    }
    section.hidden = queue.items.length === 0;
    show();
  }

  async function goWithout() {
    await Promise.all(before.map((one) => one.expect(one.expected - lacking(one))));
    await look();
  }

  async function look() {
    clearTimeout(timer);
    await Promise.all(before.map((one) => one.look()));
    for (const one of before.filter(({ state }) => state?.isGone)) {
      one.forget();
      before.splice(before.indexOf(one), 1);
    }
    show();
    const isOpen = before.some(({ state }) => !state?.settled_at);
    if (isOpen) timer = setTimeout(look, LOOKS_EVERY_MS);
  }

  part("cancel-all").addEventListener("click", cancelAll);
  part("retry-all").addEventListener("click", () => queue.items.filter(({ state }) => state === "failed").forEach((item) => queue.retry(item)));
  part("clear").addEventListener("click", clear);
  part("without").addEventListener("click", goWithout);
  part("notify").addEventListener("click", askToNotify);
  queue.addEventListener("change", show);
  if (before.length) look();
  show();
  return () => {
    clearTimeout(timer);
    queue.removeEventListener("change", show);
  };
}

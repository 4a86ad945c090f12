// Watches a job's live part: tells what it became, and polls while its socket is down.
const LIVE = new Set(["queued", "running"]);
const SOCKET_MS = 2500;

export default function progress(shell) {
  let last = "";
  const watcher = new MutationObserver(read);

  function read() {
    const shown = shell.querySelector(".progress");
    if (!shown) return;
    const { status, failure, transcript: transcriptId, result: resultUrl } = shown.dataset;
    const words = [...shown.querySelectorAll("[data-say], [data-advice]")].map((part) => part.textContent).join(" ");
    if (last === status + words) return;
    last = status + words;
    const ended = !LIVE.has(status);
    if (ended) {
      poll(false);
      watcher.disconnect();
    }
    const detail = { jobId: shell.dataset.job, status, failure, transcriptId, resultUrl, words, ended };
    shell.dispatchEvent(new CustomEvent("sotto:job", { bubbles: true, detail }));
  }

  function poll(on) {
    const poller = shell.querySelector(":scope > [hx-get]");
    if (!on) return poller?.remove();
    if (poller || !LIVE.has(shell.querySelector(".progress")?.dataset.status)) return undefined;
    shell.append(shell.querySelector("[data-poll]").content.cloneNode(true));
    return htmx.process(shell.lastElementChild);
  }

  watcher.observe(shell, { childList: true, subtree: true });
  const late = setTimeout(() => poll(shell.dataset.socket !== "open"), SOCKET_MS);
  shell.addEventListener("sotto:socket", (event) => poll(event.detail === "closed"));
  shell.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 404) poll(false);
  });
  if (shell.dataset.socket === "closed") poll(true);
  read();
  return () => (clearTimeout(late), watcher.disconnect());
}

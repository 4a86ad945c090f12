// One row of the list for one item of the queue; all its words come with the page.
import { attach } from "../behaviours.js";
import { fill, inBytes } from "./words.js";

export class Row {
  constructor(section, item) {
    this.section = section;
    this.item = item;
    this.element = section.querySelector("[data-row]").content.cloneNode(true).firstElementChild;
    this.bytes = this.part("body").firstElementChild;
    const name = item.file.name || fill(section, "unnamed");
    this.part("name").textContent = name;
    this.part("size").textContent = inBytes(item.file.size);
    this.part("private").hidden = !item.options.private;
    for (const action of ["cancel", "retry", "open", "dismiss", "file"]) {
      this.part(action).setAttribute("aria-label", fill(section, `${action}_name`, { name }));
    }
  }

  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  show() {
    const { state, jobId, problem } = this.item;
    const ended = ["done", "failed", "cancelled", "left"].includes(state);
    this.element.dataset.state = state;
    if (state === "working" && this.item.isLive) this.showJob(jobId);
    else if (!ended || !jobId) this.showBytes();
    this.showProblem(state === "failed" ? problem : null);
    this.part("note").hidden = !this.item.note;
    if (this.item.note) this.part("note").textContent = fill(this.section, this.item.note);
    this.part("cancel").hidden = ended;
    this.part("retry").hidden = state !== "failed" && state !== "cancelled";
    this.part("dismiss").hidden = !ended;
    this.part("again").hidden = state !== "left";
    this.showLink(state === "done" && this.item.resultUrl);
  }

  showBytes() {
    const body = this.part("body");
    if (body.firstElementChild !== this.bytes) body.replaceChildren(this.bytes);
    const { state, sent, file, problem } = this.item;
    this.bytes.hidden = Boolean(problem);
    this.part("bytes").value = file.size ? (100 * sent) / file.size : 0;
    this.part("bytes").hidden = state === "cancelled";
    this.part("words").textContent = this.words();
    this.part("name").textContent = file.name || fill(this.section, "unnamed");
    const figures = { done: inBytes(sent), total: inBytes(file.size) };
    this.part("figures").textContent = ["sending", "left"].includes(state) ? fill(this.section, "bytes", figures) : "";
  }

  words() {
    const { state, pause, sent, file, isGone } = this.item;
    if (isGone) return fill(this.section, "gone");
    if (pause && state === "sending") return fill(this.section, pause.why, pause);
    if (state === "sending") return fill(this.section, sent && sent >= file.size ? "handing" : "sending");
    return fill(this.section, state);
  }

  /** The live part is a copy of the one that the server renders for a job's own page. */
  showJob(jobId) {
    if (this.part("body").querySelector(".job")?.dataset.job === jobId) return;
    const template = this.section.querySelector("[data-live]");
    const live = document.createElement("div");
    live.innerHTML = template.innerHTML.replaceAll("JOB-ID", encodeURIComponent(jobId));
    const [job] = live.children;
    this.part("body").replaceChildren(job);
    attach(job);
    htmx.process(job);
  }

  showProblem(problem) {
    this.part("trouble").hidden = !problem;
    if (!problem) return;
    const ours = ["network", "keys"].includes(problem.code) ? problem.code : "server";
    this.part("trouble-title").textContent = problem.title || fill(this.section, `${ours}_title`);
    this.part("trouble-advice").textContent = problem.detail || fill(this.section, `${ours}_advice`);
  }

  showLink(resultUrl) {
    const link = this.part("open");
    link.hidden = !resultUrl;
    if (!resultUrl || link.href) return;
    link.href = resultUrl;
    htmx.process(link);
  }
}

// "Transcribe again": asks for model, language and file, shows how far it is, and takes the new version in.
import { sendAgain, stop, watch } from "./hearing.js";
import { takeIn } from "./open.js";
import { sentence } from "./sentence.js";
import { StoreFailed } from "./store.js";
import { notify } from "../notices.js";

export class Again {
  #abort = null; // while the recording is being sent
  #job = null;

  constructor(desk) {
    Object.assign(this, { desk, dialog: desk.part("again") });
    const { dialog } = this;
    this.part = (name) => dialog.querySelector(`[data-again-${name}]`);
    dialog.querySelector("form").addEventListener("submit", (event) => this.#begin(event));
    dialog.querySelector("[name=model]").addEventListener("change", () => this.#fitLanguages());
    this.part("cancel").addEventListener("click", () => this.#cancel());
    desk.ending.signal.addEventListener("abort", () => this.#abort?.abort());
    if (dialog.dataset.job) this.#follow(dialog.dataset.job);
    this.#fitLanguages();
  }

  /** Opened while it is at work it shows how far that is. */
  open() {
    const { file } = this.desk.player;
    this.part("attached").hidden = !file;
    this.part("choose").hidden = Boolean(file);
    this.dialog.querySelector("[name=file]").required = !file;
    this.part("name").textContent = file?.name ?? "";
    this.dialog.showModal();
  }

  get #file() {
    return this.desk.player.file ?? this.dialog.querySelector("[name=file]").files[0];
  }

  #fitLanguages() {
    const { model, language } = this.dialog.querySelector("form").elements;
    const known = new Set((model.selectedOptions[0]?.dataset.languages ?? "").split(" "));
    for (const option of language.options) option.disabled = option.value !== "auto" && !known.has(option.value);
    if (language.selectedOptions[0]?.disabled) language.value = "auto";
  }

  async #begin(event) {
    event.preventDefault();
    const file = this.#file;
    const { model, language, speakers } = event.target.elements;
    const fields = { model: model.value, language: language.value, diarize: speakers.value !== "off", speakers: Number(speakers.value) || 0 };
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const onBytes = (sent) => this.#progress("sending", sent / file.size);
    this.#progress("sending", 0);
    try {
      await this.desk.outbox.flush();
      const job = await this.desk.store.hearAgain(file, fields, { onBytes, signal });
      this.#abort = null;
      if (signal.aborted) await stop(job.id);
      this.#follow(job.id);
    } catch (problem) {
      this.#abort = null;
      this.#end(signal.aborted ? this.dialog.dataset.cancelled : this.#words(problem));
    }
  }

  #follow(jobId) {
    this.#job = { id: jobId };
    this.#progress("queued", 0);
    const leave = watch(jobId, (job) => this.#told(job));
    this.desk.ending.signal.addEventListener("abort", leave);
  }

  async #told(job) {
    this.#job = job;
    if (job?.status === "queued" || job?.status === "running") return this.#progress(job.stage ?? "queued", job.progress);
    this.#job = null;
    if (job?.status !== "done") return this.#end(this.#words(job?.error ?? {}));
    return this.#end(await this.#takenIn(job.model));
  }

  async #takenIn(model) {
    const { article, editing, outbox, typing } = this.desk;
    const option = [...this.dialog.querySelector("[name=model]").options].find(({ value }) => value === model);
    article.querySelector("[data-model-name]").textContent = option?.textContent ?? model;
    typing.commit();
    try {
      await takeIn(editing, outbox, this.desk.part("clash-dialog"));
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      return this.dialog.dataset.later;
    }
    return this.dialog.dataset.done;
  }

  #cancel() {
    if (this.#abort) this.#abort.abort();
    else if (this.#job) stop(this.#job.id);
  }

  #words({ title, detail, code }) {
    return title ? `${title} ${detail}` : this.dialog.dataset[code] ?? this.dialog.dataset.failed;
  }

  #progress(stage, fraction) {
    const bar = this.part("bar");
    const percent = Math.floor(100 * fraction);
    if (stage === "queued") bar.removeAttribute("value");
    else bar.value = percent;
    this.#show({ isAtWork: true });
    const words = this.part("stages").dataset[stage] ?? "";
    this.#say(stage === "queued" ? words : sentence(this.dialog.dataset.progress, { words, percent }), words);
  }

  #end(words) {
    this.#show({ isAtWork: false });
    this.#say(words, words);
    if (!this.dialog.open) notify(words);
  }

  #show({ isAtWork }) {
    this.part("fields").hidden = this.part("go").hidden = isAtWork;
    this.part("progress").hidden = this.part("cancel").hidden = !isAtWork;
  }

  /** Aloud only when there is something new, and not at every per cent. */
  #say(words, aloud) {
    this.part("words").textContent = words;
    if (this.part("aloud").textContent !== aloud) this.part("aloud").textContent = aloud;
  }
}

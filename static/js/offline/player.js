// The recording, from this computer, beside its words.
import { clock, indexAt } from "../media/words.js";
import { part, write } from "./dom.js";

const MOST_APART_SECONDS = 2;

export class Player {
  #audio = part("player");
  #lit = null;
  #blocks = [];
  #starts = [];

  constructor() {
    const input = part("recording");
    input.addEventListener("change", () => input.files.length && this.#play(input.files[0]));
    this.#audio.addEventListener("timeupdate", () => this.#light());
    this.#audio.addEventListener("loadedmetadata", () => this.#compare());
    this.#audio.addEventListener("error", () => this.#audio.hasAttribute("src") && this.#fail());
    this.#without();
  }

  follow(blocks, starts, duration) {
    [this.#blocks, this.#starts, this.duration] = [blocks, starts, duration];
    this.#without();
  }

  from(seconds) {
    if (this.#audio.hidden) return part("recording").focus();
    this.#audio.currentTime = seconds;
    this.#audio.play();
  }

  clear() {
    this.#without();
    [this.#blocks, this.#starts] = [[], []];
    part("recording").value = "";
    write(part("audio-wrong"), null);
  }

  #play(file) {
    this.#without();
    write(part("audio-wrong"), null);
    this.#audio.src = URL.createObjectURL(file);
    this.#audio.hidden = false;
  }

  #without() {
    this.#lit = null;
    this.#audio.hidden = true;
    if (!this.#audio.hasAttribute("src")) return;
    this.#audio.pause();
    URL.revokeObjectURL(this.#audio.src);
    this.#audio.removeAttribute("src");
    this.#audio.load();
  }

  #fail() {
    this.#without();
    write(part("audio-wrong"), "audio_broken");
  }

  #compare() {
    const theirs = this.#audio.duration;
    if (!Number.isFinite(theirs) || Math.abs(theirs - this.duration) <= MOST_APART_SECONDS) return;
    write(part("audio-wrong"), "audio_other", { theirs: clock(theirs), ours: clock(this.duration) });
  }

  #light() {
    const block = this.#blocks[indexAt(this.#starts, this.#audio.currentTime)] ?? null;
    if (block === this.#lit) return;
    this.#lit?.classList.remove("is-lit");
    block?.classList.add("is-lit");
    this.#lit = block;
  }
}

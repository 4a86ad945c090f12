// Plays the user's own file beside the text. It never leaves the browser. Without a file there is
// a place in the recording all the same, where playing will begin once there is one.
import { addressOf } from "./store.js";
import { Settings } from "./settings.js";

const SLOWEST = 0.5;
const FASTEST = 3;
const STEP = 0.1;
export const SPEEDS = Array.from({ length: Math.round((FASTEST - SLOWEST) / STEP) + 1 }, (_, index) => (5 + index) / 10);

const players = new WeakMap();

/** The one player of an `article`, for all the parts of its page. */
export function playerOf(article) {
  if (!players.has(article)) players.set(article, new Player(article));
  return players.get(article);
}

/** Tells of itself by `file`, `time`, `state` (playing or not) and `sought` (by a person). */
class Player extends EventTarget {
  #frame = 0;
  #placed = 0; // without a file
  #restedAt = null; // where it was stopped, as long as nobody went elsewhere

  constructor(article) {
    super();
    this.article = article;
    this.audio = article.querySelector("[data-audio]");
    this.duration = Number(article.dataset.duration);
    this.settings = new Settings();
    for (const name of ["play", "pause"]) this.audio.addEventListener(name, () => this.#turn());
    for (const name of ["seeked", "timeupdate"]) this.audio.addEventListener(name, () => this.#tick());
    this.settings.addEventListener("change", () => this.#tune());
    this.#tune();
  }

  get hasFile() {
    return Boolean(this.file);
  }

  get paused() {
    return this.audio.paused;
  }

  get time() {
    return this.hasFile ? this.audio.currentTime : this.#placed;
  }

  use(file) {
    this.file = file;
    this.audio.src = addressOf(file);
    this.audio.currentTime = this.#placed;
    this.#tune();
    this.dispatchEvent(new CustomEvent("file", { detail: file }));
  }

  lose() {
    this.file = null;
    this.dispatchEvent(new CustomEvent("file", { detail: null }));
  }

  /** A play that a pause overtakes is no error, and what cannot be played says so by itself. */
  play() {
    if (!this.hasFile) return;
    const isWhereItRested = this.#restedAt !== null && Math.abs(this.time - this.#restedAt) < 0.01;
    if (isWhereItRested && !this.audio.ended) this.#go(this.time - this.settings.get("back"));
    this.audio.play().catch(() => {});
  }

  pause = () => this.audio.pause();
  toggle = () => (this.paused ? this.play() : this.pause());

  /** Where a person wants to be. */
  seek(seconds) {
    this.#restedAt = null;
    this.#go(seconds);
    this.dispatchEvent(new CustomEvent("sought", { detail: this.time }));
  }

  playFrom(seconds) {
    this.seek(seconds);
    this.play();
  }

  /** Where the player itself goes on: around a loop, past a silence. */
  skipTo = (seconds) => this.#go(seconds);

  faster(steps) {
    const { settings } = this;
    const speed = Math.round((settings.get("speed") + steps * STEP) * 100) / 100;
    settings.set("speed", Math.min(FASTEST, Math.max(SLOWEST, speed)));
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.pause();
  }

  #go(seconds) {
    this.#placed = Math.min(Math.max(0, seconds), this.duration || Infinity);
    if (this.hasFile) this.audio.currentTime = this.#placed;
    else this.#tick();
  }

  #tune() {
    Object.assign(this.audio, { preservesPitch: true, volume: this.settings.get("volume") });
    this.audio.playbackRate = this.audio.defaultPlaybackRate = this.settings.get("speed");
  }

  #turn() {
    this.#restedAt = this.paused ? this.time : null;
    this.dispatchEvent(new CustomEvent("state"));
    this.#run();
  }

  #run() {
    cancelAnimationFrame(this.#frame);
    this.#tick();
    if (!this.paused) this.#frame = requestAnimationFrame(() => this.#run());
  }

  #tick() {
    this.dispatchEvent(new CustomEvent("time", { detail: this.time }));
    this.article.dispatchEvent(new CustomEvent("sotto:time", { detail: this.time }));
  }
}

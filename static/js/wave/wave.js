// The waveform: what is in sight of the recording, its playhead, and who speaks when.
import { clock } from "../media/words.js";
import { coloursOf, patternsOf } from "./colours.js";
import { draw } from "./draw.js";
import { listenToPointer } from "./pointer.js";
import { View } from "./view.js";
import { listenToKeysAndWheel } from "./steer.js";

export class Wave {
  #colours = null;
  #isDue = false;
  #current = null;
  peaks = null;
  preview = []; // operations that a drag would make

  constructor(desk) {
    const { part, player, listening, editing, ending } = desk;
    Object.assign(this, { desk, place: part("wave"), canvas: part("wave-canvas"), head: part("wave-head"), range: part("wave-range"), view: new View(player.duration) });
    this.context = this.canvas.getContext("2d");
    const { signal } = ending;
    const recolour = () => ((this.#colours = null), this.show());
    const sizes = new ResizeObserver(() => this.#size());
    const looks = new MutationObserver(recolour);
    sizes.observe(this.place);
    looks.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour, { signal });
    signal.addEventListener("abort", () => (sizes.disconnect(), looks.disconnect()));
    for (const name of ["change", "replaced"]) editing.addEventListener(name, () => this.show(), { signal });
    listening.addEventListener("loop", () => this.#placeHead(), { signal });
    player.addEventListener("time", () => this.#follow(!player.paused && player.settings.get("follow")), { signal });
    player.addEventListener("sought", () => this.#follow(true), { signal });
    desk.rows.place.addEventListener("focusin", () => this.show(), { signal });
    listenToPointer(this, desk);
    listenToKeysAndWheel(this, desk);
  }

  show({ preview } = {}) {
    if (preview) this.preview = preview;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => ((this.#isDue = false), this.#draw()));
  }

  zoom(factor, time = this.desk.player.time) {
    this.view.zoom(factor, time);
    this.show();
  }

  whole() {
    this.view.whole();
    this.show();
  }

  /** The segments in sight, as a drag would leave them. */
  rowsInSight() {
    const { listening, rows, editing } = this.desk;
    const changed = new Map(this.preview.map((operation) => [operation.segment, operation]));
    const current = listening.row?.id;
    return listening.between(this.view.start, this.view.end).map((row) => {
      const { start, end } = changed.get(row.id) ?? row;
      return { id: row.id, start, end, voice: rows.voice(row.speaker), name: editing.speakerName(row.speaker), isCurrent: row.id === current };
    });
  }

  showRow() {
    const row = this.desk.listening.rowAt(this.desk.player.time);
    if (row) this.desk.rows.show(row.id);
  }

  #size() {
    const { clientWidth, clientHeight } = this.place;
    const scale = globalThis.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.round(clientWidth * scale), height: Math.round(clientHeight * scale) });
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.view.width = Math.max(1, clientWidth);
    this.height = clientHeight;
    this.show();
  }

  #draw() {
    if (!this.#colours) {
      this.#colours = coloursOf(this.place);
      this.patterns = patternsOf(this.context, this.#colours);
    }
    const marks = (this.desk.editing.document.marks ?? []).filter(({ time }) => time >= this.view.start && time <= this.view.end);
    const { view, height, peaks, patterns } = this;
    draw(this.context, { view, height, peaks, marks, patterns, rows: this.rowsInSight(), colours: this.#colours });
    this.#placeHead();
  }

  #follow(isWanted) {
    const row = this.desk.listening.row?.id;
    if ((isWanted && this.view.follow(this.desk.player.time)) || row !== this.#current) this.show();
    else this.#placeHead();
    this.#current = row;
  }

  #placeHead() {
    const { player, listening, editing } = this.desk;
    const range = listening.loop ?? listening.selection;
    this.head.style.transform = `translateX(${this.view.xOf(player.time)}px)`;
    this.range.hidden = !range;
    this.range.classList.toggle("is-loop", Boolean(listening.loop));
    if (range) {
      const [left, right] = [range.start, range.end].map(this.view.xOf);
      Object.assign(this.range.style, { left: `${left}px`, width: `${right - left}px` });
    }
    const who = editing.speakerName(listening.rowAt(player.time)?.speaker);
    const now = [clock(player.time), who].filter(Boolean).join(", ");
    if (this.place.getAttribute("aria-valuetext") === now) return;
    this.place.setAttribute("aria-valuetext", now);
    this.place.setAttribute("aria-valuenow", Math.floor(player.time));
  }
}

// Listening beside the text: around a loop, past silences, from a caret, at a second of the address.
import { indexAt } from "../media/words.js";
import { playerOf } from "../media/player.js";
import { placesOf } from "./light.js";
import { pastSilence, spoken, whole } from "./spans.js";

const SHORTEST_SILENCE_SECONDS = 0.6;
const BEFORE_SPEECH_SECONDS = 0.15;
const LONGEST_OVERLAP_ROWS = 8;
const BEFORE_LOOP_SECONDS = 0.3;

/** Tells of itself by `loop`. */
export class Listening extends EventTarget {
  #stretches = null;
  #starts = null;
  loop = null; // {start, end}
  selection = null; // {start, end}, chosen on the waveform

  constructor({ article, editing, typing, chosen, ending }) {
    super();
    Object.assign(this, { editing, typing, chosen, player: playerOf(article) });
    const { signal } = ending;
    const forget = () => (this.#stretches = this.#starts = null);
    for (const name of ["change", "replaced"]) editing.addEventListener(name, forget, { signal });
    this.player.addEventListener("time", ({ detail }) => this.#goOn(detail), { signal });
    this.player.addEventListener("sought", ({ detail }) => this.#leaveLoop(detail), { signal });
  }

  /** The segment that acts are about: the one with the caret, or the one at the playhead. */
  get row() {
    return this.editing.row(this.typing.at?.segment) ?? this.rowAt(this.player.time);
  }

  rowAt(seconds) {
    this.#starts ??= Float64Array.from(this.editing.segments, (row) => row.start);
    return this.editing.segments[Math.max(0, indexAt(this.#starts, seconds))] ?? null;
  }

  /** Those that are heard between two times, in their order. */
  between(start, end) {
    this.rowAt(start);
    const { segments } = this.editing;
    const from = Math.max(0, indexAt(this.#starts, start) - LONGEST_OVERLAP_ROWS);
    return segments.slice(from, indexAt(this.#starts, end) + 1).filter((row) => row.end > start);
  }

  /** Around what is selected, on the waveform or in the text, or around the segment at hand. */
  toggleLoop() {
    if (this.loop) return this.setLoop(null);
    const rows = this.chosen.range.map(this.editing.row);
    const range = this.selection ?? (rows.length ? whole(rows) : this.selectedWords ?? (this.row && whole([this.row])));
    if (!range) return undefined;
    this.setLoop(range);
    const { time } = this.player;
    if (time < range.start || time >= range.end) this.player.skipTo(range.start);
    return undefined;
  }

  setLoop(range) {
    this.loop = range;
    this.dispatchEvent(new CustomEvent("loop"));
  }

  select(range) {
    this.selection = range;
    if (this.loop && range) this.loop = range;
    this.dispatchEvent(new CustomEvent("loop"));
  }

  /** From the first of the words selected in a text to the last; null where none is. */
  get selectedWords() {
    const { at } = this.typing;
    const row = at && at.start < at.end && this.editing.row(at.segment);
    const words = row ? placesOf(row).filter((place) => place.end > at.start && place.start < at.end) : [];
    return words.length ? whole(words.map((place) => place.word)) : null;
  }

  /** The moment of the word at the caret; null where there is no caret. */
  get caretTime() {
    const { at } = this.typing;
    const row = at && this.editing.row(at.segment);
    if (!row) return null;
    return placesOf(row).findLast((place) => place.start <= at.start)?.word.start ?? row.start;
  }

  #leaveLoop(time) {
    const { loop } = this;
    if (loop && (time < loop.start - BEFORE_LOOP_SECONDS || time >= loop.end)) this.setLoop(null);
  }

  #goOn(time) {
    const { player, loop } = this;
    if (player.paused && !player.audio.ended) return;
    if (loop && (time >= loop.end || player.audio.ended)) {
      player.skipTo(loop.start);
      if (player.audio.ended || player.paused) player.audio.play().catch(() => {});
    } else if (!loop && player.settings.get("skip")) {
      this.#stretches ??= spoken(this.editing.segments);
      const next = pastSilence(this.#stretches, time, SHORTEST_SILENCE_SECONDS, BEFORE_SPEECH_SECONDS);
      if (next !== null) player.skipTo(next);
    }
  }
}

// The part of a recording that is in sight. Times in seconds, places in CSS pixels.
const SHORTEST_SPAN = 1;
const FIRST_SPAN = 60;
const TURN_AT = 0.96; // of the width: there the page is turned while it plays
const TURN_TO = 0.04;

export class View {
  constructor(duration) {
    this.duration = Math.max(duration, SHORTEST_SPAN);
    this.start = 0;
    this.span = Math.min(this.duration, FIRST_SPAN);
    this.width = 1;
  }

  get end() {
    return this.start + this.span;
  }

  xOf = (time) => ((time - this.start) / this.span) * this.width;
  timeAt = (x) => Math.min(Math.max(0, this.start + (x / this.width) * this.span), this.duration);

  /** By a factor, so that `time` stays where it is. */
  zoom(factor, time) {
    const span = Math.min(Math.max(this.span * factor, Math.min(SHORTEST_SPAN, this.duration)), this.duration);
    const fixed = Math.min(Math.max(time, this.start), this.end);
    this.#set(fixed - ((fixed - this.start) / this.span) * span, span);
  }

  whole = () => this.#set(0, this.duration);
  move = (seconds) => this.#set(this.start + seconds, this.span);

  /** Turns the page where the time is out of sight, or about to be. Says whether it did. */
  follow(time) {
    const place = (time - this.start) / this.span;
    const isLast = this.end >= this.duration;
    if (place >= 0 && (place < TURN_AT || (isLast && place <= 1))) return false;
    const before = this.start;
    this.#set(time - this.span * TURN_TO, this.span);
    return before !== this.start;
  }

  #set(start, span) {
    this.span = span;
    this.start = Math.min(Math.max(0, start), this.duration - span);
  }
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** How far apart times are written, where each needs so many pixels. */
export function rulerStep(span, width, pixels) {
  return STEPS.find((step) => (step / span) * width >= pixels) ?? STEPS.at(-1);
}

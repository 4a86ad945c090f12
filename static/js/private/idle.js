// Notices when nobody has been there for a while. Timers stand still in a machine that sleeps: the clock decides.
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel"];

const BROWSER = {
  now: () => Date.now(),
  later: (work, ms) => setTimeout(work, ms),
  never: (timer) => clearTimeout(timer),
};

export class Idle {
  #after; #tell; #clock; #timer; #last = null;

  /** `tell` is called once for each `begin`, unless `end` comes before. `page` hears what people do. */
  constructor(afterMs, tell, page = globalThis, clock = BROWSER) {
    [this.#after, this.#tell, this.#clock] = [afterMs, tell, clock];
    const seen = () => this.#isOver() || this.#saw();
    for (const sign of SIGNS_OF_LIFE) page.addEventListener(sign, seen, { capture: true, passive: true });
    page.addEventListener("visibilitychange", () => this.#isOver(), { capture: true });
  }

  begin() {
    this.#last = this.#clock.now();
    this.#wait();
  }

  end() {
    this.#last = null;
    this.#clock.never(this.#timer);
  }

  #saw() {
    if (this.#last !== null) this.#last = this.#clock.now();
  }

  #left = () => this.#last + this.#after - this.#clock.now();

  /** Whoever comes back too late is not there again, but finds it over. */
  #isOver() {
    if (this.#last === null || this.#left() > 0) return false;
    this.end();
    this.#tell();
    return true;
  }

  #wait() {
    this.#clock.never(this.#timer);
    this.#timer = this.#clock.later(() => this.#last !== null && !this.#isOver() && this.#wait(), this.#left());
  }
}

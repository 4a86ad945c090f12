// All cues of the document at hand, with what they break: made anew after each change.
import { indexAt } from "../media/words.js";
import { cuesOf } from "./cues.js";
import { problemsOf } from "./judge.js";

/** Tells of itself by `change`. A cue has its `number` and its `problems` besides. */
export class Timeline extends EventTarget {
  cues = [];
  #starts;

  constructor({ editing, rules, ending }) {
    super();
    Object.assign(this, { editing, rules });
    const { signal } = ending;
    for (const name of ["change", "replaced"]) editing.addEventListener(name, () => this.#make(true), { signal });
    rules.addEventListener("change", () => this.#make(true), { signal });
    this.#make(false);
  }

  get broken() {
    return this.cues.filter((cue) => cue.problems.length);
  }

  /** The index of the last cue that has begun, or -1. */
  begunAt = (seconds) => indexAt(this.#starts, seconds * 1000 + 1);

  /** The index of the cue on the screen, or -1. */
  shownAt(seconds) {
    const index = this.begunAt(seconds);
    return index >= 0 && seconds * 1000 < this.cues[index].endMs ? index : -1;
  }

  #make(isNews) {
    const { options, labelInText } = this.rules.layout;
    const cues = cuesOf(this.editing.document, options, { labelInText });
    this.cues = cues.map((cue, index) => {
      return { ...cue, number: index + 1, problems: problemsOf(cue, cues[index + 1], options) };
    });
    this.#starts = Float64Array.from(cues, (cue) => cue.startMs);
    if (isNews) this.dispatchEvent(new CustomEvent("change"));
  }
}

// The document at hand, and every act upon it: applied at once, undone exactly, handed on to be saved.
import { Draft, Unfit } from "./operations.js";

const MOST_ACTS_REMEMBERED = 5000;

/**
 * Tells of changes by `change` events: `detail.steps` are pairs of an operation and its inverse, in
 * the order in which they happened, `detail.place` the segment to show, `detail.source` one of
 * "act", "undo", "redo", "others".
 */
export class Editing extends EventTarget {
  #draft;
  #done = [];
  #undone = [];

  constructor(document) {
    super();
    this.#draft = new Draft(document);
  }

  get document() {
    return this.#draft.document;
  }

  get segments() {
    return this.document.segments;
  }

  row = (id) => this.#draft.row(id);

  speakerName(id) {
    return this.document.speakers.find((speaker) => speaker.id === id)?.name ?? "";
  }

  /** One act of a person, undone as one. Throws Unfit, and then nothing has changed. */
  act(operations, place = null) {
    if (!operations.length) return;
    const inverse = this.#apply(operations, place, "act");
    this.#done.push({ inverse, place });
    if (this.#done.length > MOST_ACTS_REMEMBERED) this.#done.shift();
    this.#undone.length = 0;
  }

  undo = () => this.#goBack(this.#done, this.#undone, "undo");
  redo = () => this.#goBack(this.#undone, this.#done, "redo");

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** What somebody else did, and has been saved. Throws Unfit. */
  follow(operations) {
    this.#apply(operations, null, "others");
  }

  /** Another document takes this one's place; what was done can no longer be undone. */
  replace(document) {
    this.#draft = new Draft(document);
    this.#done.length = this.#undone.length = 0;
    this.dispatchEvent(new CustomEvent("replaced"));
  }

  /** False where it was changed elsewhere in a way that leaves nothing to take back. */
  #goBack(from, to, source) {
    const act = from.pop();
    if (!act) return false;
    try {
      to.push({ inverse: this.#apply(act.inverse, act.place, source), place: act.place });
      return true;
    } catch (error) {
      if (error instanceof Unfit) return false;
      throw error;
    }
  }

  #apply(operations, place, source) {
    const steps = [];
    try {
      for (const operation of operations) steps.push([operation, this.#draft.apply(operation)]);
    } catch (error) {
      for (const [, inverse] of steps.reverse()) this.#draft.applyAll(inverse);
      throw error;
    }
    this.dispatchEvent(new CustomEvent("change", { detail: { steps, operations, place, source } }));
    return steps.map(([, inverse]) => inverse).reverse().flat();
  }
}

/** An id that nothing else in any document has. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `n${Array.from(bytes, (byte) => byte.toString(36).padStart(2, "0")).join("")}`;
}

// A few segments, changed on trial: nothing of the document itself changes.
import { Draft, Unfit } from "../editor/operations.js";
import { visible } from "../editor/retiming.js";
import { cuesOf } from "./cues.js";
import { problemsOf } from "./judge.js";
import { sizeOf, wordsOf } from "./prose.js";

const BESIDE = 2; // segments: those next to the middle one are judged, by what stands beside them

/** What stands around a segment, by its place in the document. */
export class Stretch {
  constructor(document, place, layout) {
    const { segments } = document;
    Object.assign(this, { document, layout, rows: segments.slice(Math.max(0, place - BESIDE), place + BESIDE + 1) });
    const judged = new Set(segments.slice(Math.max(0, place - 1), place + 2));
    this.outside = new Set(this.rows.filter((row) => !judged.has(row)).map((row) => row.id));
    this.cues = this.cuesIn(this.rows);
    this.count = this.broken(this.cues);
  }

  cuesIn(segments) {
    const { options, labelInText } = this.layout;
    return cuesOf({ ...this.document, segments }, options, { labelInText });
  }

  trial = (newId) => new Trial(this, newId);

  isBroken = (cue, index, cues) => problemsOf(cue, cues[index + 1], this.layout.options).length > 0;

  broken(cues) {
    return cues.filter((cue, index) => !this.outside.has(cue.segment) && this.isBroken(cue, index, cues)).length;
  }

  /** The operations of `change`, if they leave fewer cues that break a rule, and no more in all than `most`; else null. */
  better(change, newId, most = Infinity) {
    const trial = this.trial(newId);
    try {
      change(trial);
    } catch (error) {
      if (error instanceof Unfit) return null;
      throw error;
    }
    const cues = this.cuesIn(trial.rows);
    return cues.length <= most && this.broken(cues) < this.count ? trial.operations : null;
  }
}

class Trial {
  operations = [];

  constructor({ document, rows }, newId) {
    this.newId = newId;
    this.draft = new Draft({ ...document, segments: rows.map((row) => ({ ...row })) });
  }

  get rows() {
    return this.draft.document.segments;
  }

  row(id) {
    return this.draft.row(id);
  }

  apply(operation) {
    this.draft.apply(operation);
    this.operations.push(operation);
  }

  /** The id of a segment that begins with this cue: one of its own, where it stands within another. */
  begunBy({ segment, from }) {
    if (from === 0) return segment;
    const { text } = this.row(segment);
    const at = placeIn(text, from);
    const id = this.newId();
    this.apply({ op: "split", segment, left: text.slice(0, at), right: text.slice(at), id });
    return id;
  }

  /** In milliseconds; `most` is how far each of the two may be moved. */
  setTimes(segment, { startMs, endMs }, most = Infinity) {
    const row = this.row(segment);
    const [start, end] = [startMs === undefined ? row.start : startMs / 1000, endMs === undefined ? row.end : endMs / 1000];
    const moved = Math.max(Math.abs(start - row.start), Math.abs(end - row.end));
    if (start >= end || start < 0 || moved * 1000 > most + 1) throw new Unfit(segment, "It would be moved too far.");
    if (moved) this.apply({ op: "times", segment, start, end });
  }
}

/** Where in a text its visible character of that number begins. */
function placeIn(text, number) {
  if (sizeOf(visible(text)) !== sizeOf(wordsOf(text).join(""))) throw new Unfit("", "It holds what is no text.");
  let [at, seen] = [0, 0];
  for (const char of text) {
    if (visible(char)) {
      if (seen === number) return at;
      seen += 1;
    }
    at += char.length;
  }
  throw new Unfit("", "It is shorter.");
}

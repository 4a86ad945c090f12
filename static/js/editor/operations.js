// What people do to a document: operations, each of which answers with its inverse.
// The twin of transcripts/operations.py. Rows of words are replaced and never changed.
import { cut, glue, retimed, trimmed, visible } from "./retiming.js";

/** The operation does not fit the document: what it names is not there, or not like this. */
export class Unfit extends Error {
  constructor(segment, problem) {
    super(problem);
    this.segment = segment;
  }
}

const speakersOf = (row) => new Set([row.speaker, ...row.words.map((word) => word.speaker)]);
const within = (time, start, end) => Math.min(Math.max(time, start), end);

/** A document being worked on. `document` is changed in place. */
export class Draft {
  #rows;

  constructor(document) {
    this.document = document;
    this.#index();
  }

  row = (id) => this.#rows.get(id);

  /** Returns what takes all of them back, in the order in which to apply it. Throws Unfit. */
  applyAll(operations) {
    const inverses = operations.map((operation) => this.apply(operation));
    return inverses.reverse().flat();
  }

  apply(operation) {
    return ACTS[operation.op].call(this, operation);
  }

  #index() {
    this.#rows = new Map(this.document.segments.map((row) => [row.id, row]));
  }

  // --- what stays in its place

  text({ segment, text }) {
    const row = this.#found(segment);
    return this.#change(row, { text, words: retimed(row, text), edited: true });
  }

  accept({ segment, words }) {
    const row = this.#found(segment);
    if (words.some((index) => !(index in row.words))) throw new Unfit(segment, "It has fewer words.");
    const sure = new Set(words);
    const changed = row.words.map((word, index) => (sure.has(index) ? { ...word, confidence: 1 } : word));
    return this.#change(row, { words: changed });
  }

  times({ segment, start, end }) {
    const row = this.#found(segment);
    if (start > end) throw new Unfit(segment, "It would end before it starts.");
    const words = row.words.map((word) => ({
      ...word, start: within(word.start, start, end), end: within(word.end, start, end),
    }));
    return this.#change(row, { start, end, words });
  }

  note(op) {
    const row = this.#found(op.segment);
    const before = row.note ?? "";
    row.note = op.note;
    return [{ ...op, note: before }];
  }

  speaker({ segments, speaker }) {
    if (speaker !== null) this.#named(speaker);
    return segments.map((id) => this.#give(this.#found(id), speaker)).reverse().flat();
  }

  put({ segments }) {
    const inverses = segments.map((fresh) => {
      this.#checkSpeakers(fresh);
      return this.#change(this.#found(fresh.id), fresh);
    });
    return inverses.reverse().flat();
  }

  // --- what changes the order

  split(op) {
    const row = this.#found(op.segment);
    const [left, right] = [trimmed(op.left), trimmed(op.right)];
    if (!left || !right || visible(left) + visible(right) !== visible(row.text)) {
      throw new Unfit(row.id, "The two parts are not its text.");
    }
    const { first, second, times } = cut(row, left, right);
    return this.#exchange([row], [
      { ...row, text: left, words: first, end: op.time ?? times[0] },
      { ...row, text: right, words: second, start: op.time ?? times[1], id: op.id, note: "" },
    ]);
  }

  merge(op) {
    const [row, following] = [this.#found(op.segment), this.#found(op.next)];
    const position = this.#position(row);
    if (this.document.segments[position + 1] !== following) throw new Unfit(following.id, "It does not follow the other.");
    const sure = [row.confidence, following.confidence];
    return this.#exchange([row, following], [{
      ...row,
      end: Math.max(row.end, following.end),
      text: row.text + glue(row.text, following.text) + following.text,
      confidence: sure.includes(null) ? null : Math.min(...sure),
      edited: row.edited || following.edited,
      note: [row.note, following.note].filter(Boolean).join("\n"),
      words: [...row.words, ...following.words.map((word) => ({ ...word, speaker: row.speaker }))],
    }], position);
  }

  delete({ segments }) {
    return segments.map((id) => this.#exchange([this.#found(id)], [])).reverse().flat();
  }

  splice({ after, remove, insert }) {
    const position = after === null ? 0 : this.#position(this.#found(after)) + 1;
    const old = remove.map((id) => this.#found(id));
    if (old.some((row, index) => this.document.segments[position + index] !== row)) {
      throw new Unfit(remove[0], "It stands elsewhere.");
    }
    for (const row of insert) this.#checkSpeakers(row);
    return this.#exchange(old, insert, position);
  }

  // --- speakers and bookmarks

  add_speaker({ id, name, at }) {
    const { speakers } = this.document;
    if (speakers.some((speaker) => speaker.id === id)) throw new Unfit("", "There is a speaker of this id.");
    speakers.splice(at ?? speakers.length, 0, { id, name });
    return [{ op: "remove_speaker", id }];
  }

  remove_speaker({ id }) {
    const speaker = this.#named(id);
    if (this.document.segments.some((row) => speakersOf(row).has(id))) {
      throw new Unfit("", "Somebody still speaks under this name.");
    }
    const at = this.document.speakers.indexOf(speaker);
    this.document.speakers.splice(at, 1);
    return [{ op: "add_speaker", ...speaker, at }];
  }

  rename_speaker(op) {
    const speaker = this.#named(op.id);
    const before = speaker.name;
    speaker.name = op.name;
    return [{ ...op, name: before }];
  }

  merge_speakers({ id, into }) {
    this.#named(into);
    if (id === into) throw new Unfit("", "They are one already.");
    const inverse = this.document.segments
      .filter((row) => speakersOf(row).has(id))
      .flatMap((row) => this.#give(row, into, id));
    return [...this.remove_speaker({ id }), ...inverse];
  }

  mark({ id, time, text }) {
    const marks = this.document.marks ?? [];
    const before = marks.find((mark) => mark.id === id);
    const all = [...marks.filter((mark) => mark.id !== id), { id, time, text }];
    this.document.marks = all.sort((one, other) => one.time - other.time || (one.id < other.id ? -1 : 1));
    return [before ? { op: "mark", ...before } : { op: "unmark", id }];
  }

  unmark({ id }) {
    const marks = this.document.marks ?? [];
    const before = marks.find((mark) => mark.id === id);
    if (!before) throw new Unfit("", "There is no such bookmark.");
    this.document.marks = marks.filter((mark) => mark.id !== id);
    return [{ op: "mark", ...before }];
  }

  about({ about }) {
    const before = Object.fromEntries(Object.keys(about).map((name) => [name, this.document[name] ?? null]));
    Object.assign(this.document, about);
    return [{ op: "about", about: before }];
  }

  whole({ document }) {
    const before = { ...this.document };
    for (const name of Object.keys(this.document)) delete this.document[name];
    Object.assign(this.document, document);
    this.#index();
    return [{ op: "document", document: before }];
  }

  // --- the same for several

  #found(id) {
    const row = this.#rows.get(id);
    if (!row) throw new Unfit(id, "It is not there any more.");
    return row;
  }

  #named(id) {
    const speaker = this.document.speakers.find((one) => one.id === id);
    if (!speaker) throw new Unfit("", "There is no speaker of this id.");
    return speaker;
  }

  #checkSpeakers(row) {
    for (const id of speakersOf(row)) if (id !== null) this.#named(id);
  }

  #position(row) {
    return this.document.segments.indexOf(row);
  }

  #change(row, columns) {
    const before = { ...row };
    Object.assign(row, columns);
    return [{ op: "put", segments: [before] }];
  }

  /** To the whole segment, or to what of it was another's. */
  #give(row, speaker, insteadOf) {
    const isWhole = insteadOf === undefined;
    const isPlain = isWhole && speakersOf(row).size === 1;
    const inverse = isPlain
      ? { op: "speaker", segments: [row.id], speaker: row.speaker }
      : { op: "put", segments: [{ ...row }] };
    const isTheirs = (one) => isWhole || one.speaker === insteadOf;
    if (isTheirs(row)) row.speaker = speaker;
    row.words = row.words.map((word) => (isTheirs(word) ? { ...word, speaker } : word));
    return [inverse];
  }

  /** The new rows stand where the old ones stood, which stand together. */
  #exchange(old, fresh, position = this.#position(old[0])) {
    const { segments } = this.document;
    const names = fresh.map((row) => row.id);
    for (const row of old) this.#rows.delete(row.id);
    const taken = names.find((id, index) => this.#rows.has(id) || names.indexOf(id) < index);
    if (taken !== undefined) throw new Unfit(taken, "There is a segment of this id.");
    const rows = fresh.map((row) => ({ ...row }));
    segments.splice(position, old.length, ...rows);
    for (const row of rows) this.#rows.set(row.id, row);
    return [{ op: "splice", after: segments[position - 1]?.id ?? null, remove: names, insert: old }];
  }
}

const { text, accept, times, note, speaker, put, split, merge, splice, mark, unmark, whole } = Draft.prototype;
const { add_speaker, remove_speaker, rename_speaker, merge_speakers, about } = Draft.prototype;
const ACTS = {
  text, accept, times, note, speaker, put, split, merge, delete: Draft.prototype.delete, splice,
  add_speaker, remove_speaker, rename_speaker, merge_speakers, mark, unmark, about, document: whole,
};

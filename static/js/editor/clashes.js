// What operations touch, and whether those of two people get into one another's way.
// The twin of transcripts/clashes.py.
export const EVERYTHING = "*";

/**
 * What both touch so that their order would matter: a set of ids of segments, speakers and places.
 * Empty: they may be applied one after the other, either first, to the same effect.
 */
export function clash(mine, theirs) {
  const [ours, others] = [touched(mine), touched(theirs)];
  if (ours.writes.has(EVERYTHING) || others.writes.has(EVERYTHING)) return new Set([EVERYTHING]);
  const isBoth = (one) => (others.writes.has(one) ? ours.writes.has(one) || ours.reads.has(one) : ours.writes.has(one) && others.reads.has(one));
  return new Set([...ours.writes, ...ours.reads].filter(isBoth));
}

/** What they make of segments: `[id, text]`. */
export function* textsIn(operations) {
  for (const operation of operations) {
    if (operation.op === "text") yield [operation.segment, operation.text];
    for (const row of brought(operation)) yield [row.id, row.text];
  }
}

function touched(operations) {
  const [writes, reads] = [new Set(), new Set()];
  for (const operation of operations) {
    for (const id of IN_PLACE[operation.op]?.(operation) ?? []) writes.add(id);
    for (const id of MOVING[operation.op]?.(operation) ?? []) writes.add(id).add(`after ${id}`);
    for (const row of brought(operation)) {
      writes.add(row.id);
      for (const { speaker } of [row, ...row.words]) if (speaker !== null) reads.add(`speaker ${speaker}`);
    }
    OTHERS[operation.op]?.(operation, writes, reads);
  }
  return { writes, reads };
}

// The segments that stay where they are, and those that something comes or goes beside.
const IN_PLACE = {
  text: ({ segment }) => [segment],
  accept: ({ segment }) => [segment],
  times: ({ segment }) => [segment],
  note: ({ segment }) => [segment],
  speaker: ({ segments }) => segments,
  split: ({ id }) => [id],
};
const MOVING = {
  split: ({ segment }) => [segment],
  merge: ({ segment, next }) => [segment, next],
  delete: ({ segments }) => segments,
  splice: ({ remove }) => remove,
};
/** Rows that come as they are. */
const brought = (operation) => ({ put: operation.segments, splice: operation.insert })[operation.op] ?? [];

const ofSpeaker = ({ id, into }, writes, reads) => {
  writes.add("speakers").add(`speaker ${id}`).add(`name ${id}`);
  reads.add(`speaker ${into}`);
};
const ofMark = ({ id }, writes) => writes.add(`mark ${id}`);
const OTHERS = {
  speaker: ({ speaker }, _writes, reads) => reads.add(`speaker ${speaker}`),
  splice: ({ after }, writes) => writes.add(`after ${after}`),
  add_speaker: ofSpeaker,
  remove_speaker: ofSpeaker,
  merge_speakers: ofSpeaker,
  rename_speaker: ({ id }, writes) => writes.add(`name ${id}`),
  mark: ofMark,
  unmark: ofMark,
  about: (_operation, writes) => writes.add("about"),
  document: (_operation, writes) => writes.add(EVERYTHING),
};

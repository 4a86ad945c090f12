// The operations that make one document another: only the segments that differ are touched.
// The twin of transcripts/differences.py.
const ABOUT = ["language", "duration", "model", "unheard", "warnings"];

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** For `new Draft(before)`. Bookmarks stay as they are. */
export function difference(before, after) {
  const names = ABOUT.filter((name) => !isSame(before[name], after[name]));
  const about = Object.fromEntries(names.map((name) => [name, after[name]]));
  const [had, has] = [before, after].map(({ speakers }) => new Set(speakers.map(({ id }) => id)));
  return [
    ...(names.length ? [{ op: "about", about }] : []),
    ...after.speakers.filter(({ id }) => !had.has(id)).map((speaker) => ({ op: "add_speaker", ...speaker })),
    ...rows(before.segments, after.segments),
    ...before.speakers.filter(({ id }) => !has.has(id)).map(({ id }) => ({ op: "remove_speaker", id })),
  ];
}

function rows(before, after) {
  const places = new Map(before.map((row, index) => [row.id, index]));
  const both = after.flatMap((row, index) => (places.has(row.id) ? [[places.get(row.id), index]] : []));
  const stay = longestRising(both.map(([old]) => old)).map((index) => both[index]);
  const stays = new Set(stay.map(([old]) => old));
  const moved = new Set(both.filter(([old]) => !stays.has(old)).map(([old]) => before[old].id));
  const changed = stay.filter(([old, now]) => !isSame(before[old], after[now])).map(([, now]) => after[now]);
  const operations = [];
  if (moved.size) operations.push({ op: "delete", segments: [...moved].sort() }); // first: no id may be there twice
  if (changed.length) operations.push({ op: "put", segments: changed });
  const marks = [[-1, -1], ...stay, [before.length, after.length]];
  marks.slice(1).forEach(([nextOld, nextNow], index) => {
    const [old, now] = marks[index];
    const remove = before.slice(old + 1, nextOld).map(({ id }) => id).filter((id) => !moved.has(id));
    const insert = after.slice(now + 1, nextNow);
    if (remove.length || insert.length) operations.push({ op: "splice", after: after[now]?.id ?? null, remove, insert });
  });
  return operations;
}

/** The indices of a longest rising subsequence. */
function longestRising(numbers) {
  const [ends, before] = [[], []]; // of the best of each length: its last index
  numbers.forEach((number, index) => {
    let [length, high] = [0, ends.length];
    while (length < high) {
      const middle = (length + high) >> 1;
      if (numbers[ends[middle]] < number) length = middle + 1;
      else high = middle;
    }
    before.push(length ? ends[length - 1] : null);
    ends[length] = index;
  });
  const path = [];
  for (let at = ends.at(-1) ?? null; at !== null; at = before[at]) path.push(at);
  return path.reverse();
}

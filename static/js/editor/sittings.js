const PAUSE_MS = 30 * 60 * 1000;

/** Versions, newest first, by sitting: of one author, without a long pause. `[{versions, kinds}]` */
export function sittings(versions) {
  const all = [];
  for (const version of versions) {
    const last = all.at(-1)?.versions.at(-1);
    const isOfMachine = last?.heard_by || version.heard_by;
    const isSame = last && !isOfMachine && last.author === version.author && new Date(last.created_at) - new Date(version.created_at) < PAUSE_MS;
    if (isSame) all.at(-1).versions.push(version);
    else all.push({ versions: [version] });
  }
  for (const sitting of all) sitting.kinds = added(sitting.versions.map(({ kinds }) => kinds));
  return all;
}

function added(counts) {
  const sum = {};
  for (const one of counts) for (const [kind, count] of Object.entries(one)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

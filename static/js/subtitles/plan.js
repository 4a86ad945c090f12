// Repairs of all that can be repaired, as one list of operations: each is found upon those before.
import { Draft } from "../editor/operations.js";
import { cuesOf } from "./cues.js";
import { problemsOf } from "./judge.js";
import { repairIn } from "./repair.js";
import { Stretch } from "./trial.js";

const MOST_TRIES = 40; // for one segment
const AT_A_TIME_MS = 30;

export const brokenOf = (cues, options) => cues.filter((cue, index) => problemsOf(cue, cues[index + 1], options).length);

/**
 * `{operations, before, after, ways}`: how many cues break a rule before and after, and how often
 * each way helps. Takes pauses, so that a page stays alive; `signal` ends it with null.
 */
export async function planOf(document, layout, newId, signal) {
  const draft = new Draft(structuredClone(document));
  const broken = () => brokenOf(cuesOf(draft.document, layout.options, layout), layout.options);
  const first = broken();
  const plan = { operations: [], before: first.length, ways: {} };
  const queue = [...new Set(first.map((cue) => cue.segment))];
  let rested = performance.now();
  while (queue.length) {
    queue.unshift(...mended(draft, queue.shift(), layout, newId, plan));
    if (performance.now() - rested < AT_A_TIME_MS) continue;
    await new Promise((go) => setTimeout(go));
    if (signal?.aborted) return null;
    rested = performance.now();
  }
  return { ...plan, after: broken().length };
}

/** Repairs what it can of one segment; the ids of those that came of it, which may need repair too. */
function mended(draft, id, layout, newId, plan) {
  const [tried, fresh] = [new Set(), []];
  for (let tries = 0; tries < MOST_TRIES && draft.row(id); tries += 1) {
    const stretch = new Stretch(draft.document, draft.document.segments.indexOf(draft.row(id)), layout);
    const isDue = (cue, index, cues) => cue.segment === id && !tried.has(cue.from) && stretch.isBroken(cue, index, cues);
    const cue = stretch.cues.find(isDue);
    if (!cue) break;
    tried.add(cue.from);
    const repair = repairIn(stretch, cue, newId);
    if (!repair) continue;
    for (const operation of repair.operations) draft.apply(operation);
    plan.operations.push(...repair.operations);
    for (const { way } of repair.ways) plan.ways[way] = (plan.ways[way] ?? 0) + 1;
    fresh.push(...repair.operations.filter(({ op }) => op === "split").map((operation) => operation.id));
  }
  return fresh.reverse();
}

// After a reload the browser has lost its files: the same one, chosen again, goes on.
import { send } from "./http.js";
import { Batch, restored } from "./batches.js";
import { fingerprint, forget, isSame, remembered } from "./left.js";
import { chosenOptions } from "./options.js";
import { queue } from "./session.js";
import { look, terminate } from "./tus.js";

/** Put a row for each upload that this tab had begun. Resolves to the items. */
export function showLeft() {
  return Promise.all(remembered().map(showOne));
}

async function showOne({ url, size, print, options, batch: id }) {
  const batch = known().find((one) => one.id === id) ?? null;
  const held = await look(url, send).catch(() => ({ offset: 0, name: "" }));
  if (!held) forget(url);
  const file = { size, name: held?.name ?? "" };
  return queue.addLeft({ url, print, options, batch, file, sent: held?.offset ?? 0, isGone: !held });
}

/** False for another file than the one that was being sent. */
export async function goOn(item, file) {
  const isRight = await isSame(file, { size: item.file.size, print: item.print });
  if (isRight) resume(item, file);
  return isRight;
}

/** What was sent together before the page was reloaded. */
const known = () => (queue.before ??= restored());

/**
 * New files begin; one that was being sent before goes on; one that has been sent is left alone.
 * Resolves to how many were left alone.
 */
export async function take(files, options, mail = false) {
  const fresh = [];
  let already = 0;
  for (const file of files) {
    const left = queue.items.filter((item) => item.state === "left" && item.file.size === file.size);
    let went = false;
    for (const item of left) went ||= await goOn(item, file);
    const isThere = !went && (await wasSent(file));
    if (isThere) already += 1;
    else if (!went) fresh.push(file);
  }
  if (fresh.length) queue.add(fresh, options, batchFor(fresh, mail));
  return already;
}

/** Only where something of before is still awaited: else whoever sends a file twice means it. */
async function wasSent(file) {
  const open = known().filter(({ state, sent }) => !state?.settled_at && sent.some(([size]) => size === file.size));
  if (!open.length) return false;
  const print = await fingerprint(file);
  return open.some((batch) => batch.hasSent(file.size, print));
}

/** Those that were missing after a reload go where they belong; several new ones are a new batch. */
function batchFor(files, mail) {
  const open = known().find(({ state, expected }) => state && !state.settled_at && state.jobs.length < expected);
  if (open) return open;
  return files.length > 1 ? new Batch({ expected: files.length, mail }) : null;
}

export function discard(item) {
  if (item.url && !item.isGone && !item.jobId) terminate(item.url, send);
  forget(item.url);
  queue.remove(item);
}

function resume(item, file) {
  const form = document.getElementById("dropzone");
  item.options = { ...item.options, vocabulary: form ? chosenOptions(form).vocabulary : [] };
  queue.resume(item, file);
}

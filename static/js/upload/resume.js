// After a reload the browser has lost its files: the same one, chosen again, goes on.
import { send } from "./http.js";
import { forget, isSame, remembered } from "./left.js";
import { chosenOptions } from "./options.js";
import { queue } from "./session.js";
import { look, terminate } from "./tus.js";

/** Put a row for each upload that this tab had begun. Resolves to the items. */
export function showLeft() {
  return Promise.all(remembered().map(showOne));
}

async function showOne({ url, size, print, options }) {
  const held = await look(url, send).catch(() => ({ offset: 0, name: "" }));
  if (!held) forget(url);
  const file = { size, name: held?.name ?? "" };
  return queue.addLeft({ url, print, options, file, sent: held?.offset ?? 0, isGone: !held });
}

/** False for another file than the one that was being sent. */
export async function goOn(item, file) {
  const isRight = await isSame(file, { size: item.file.size, print: item.print });
  if (isRight) resume(item, file);
  return isRight;
}

/** New files begin; one that was being sent before goes on. */
export async function take(files, options) {
  const fresh = [];
  for (const file of files) {
    const left = queue.items.filter((item) => item.state === "left" && item.file.size === file.size);
    let went = false;
    for (const item of left) went ||= await goOn(item, file);
    if (!went) fresh.push(file);
  }
  if (fresh.length) queue.add(fresh, options);
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

// Opens a transcript in the editor: brings home what was left behind, loads, and keeps all in step.
import { Unfit } from "./operations.js";
import { Editing, newId } from "./editing.js";
import { Local } from "./local.js";
import { Outbox, bringHome } from "./outbox.js";
import { asked, laidUpon, without } from "./clash.js";

/**
 * `{editing, outbox}`. `dialog` asks where two sides clash; `sealing` says of a tab how the browser keeps what is
 * not saved (undefined: as it is). Throws StoreFailed.
 */
export async function opened(store, { transcript, kind, dialog, ending, sealing = () => undefined }) {
  const tab = await ownTab(ending.signal);
  const orphans = await Promise.all((await closedTabs(transcript)).map((left) => Local.open(transcript, left, sealing(left))));
  const left = await bringHome(store, orphans);
  const local = await Local.open(transcript, tab, sealing(tab));
  const { document, version } = await store.load();
  const editing = new Editing(document);
  const outbox = new Outbox(store, local, version, kind);
  connect(editing, outbox, dialog, ending.signal);
  for (const { operations, problem } of left) await settle(editing, outbox, dialog, operations, problem);
  return { editing, outbox };
}

function connect(editing, outbox, dialog, signal) {
  editing.addEventListener("change", ({ detail }) => {
    if (detail.source !== "others") outbox.add(detail.operations);
  });
  outbox.addEventListener("others", async ({ detail }) => {
    // What a machine heard gave way to what was sent, on the server.
    if (detail.some((other) => other.heard_by)) return settle(editing, outbox, dialog, [], {});
    try {
      for (const other of detail) editing.follow(other.operations);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      await settle(editing, outbox, dialog, [], {});
    }
  });
  outbox.addEventListener("conflict", ({ detail }) => signal.aborted || settle(editing, outbox, dialog, [], detail));
}

/** Something new is on the server: it comes into the page, under what is not saved yet. Throws StoreFailed. */
export async function takeIn(editing, outbox, dialog) {
  await outbox.flush();
  while (outbox.state === "saving") await new Promise((go) => outbox.addEventListener("state", go, { once: true }));
  if (outbox.state !== "conflict") await settle(editing, outbox, dialog, [], {});
}

/** The server's document, and upon it what of ours still fits and is still wanted. */
async function settle(editing, outbox, dialog, left, problem) {
  const { document, version } = await outbox.store.load();
  const operations = [...left, ...outbox.operations];
  const segments = problem.conflicts?.map((clash) => clash.segment) ?? null;
  const { fit, lost, clashes } = laidUpon(document, operations, segments);
  let wanted = fit;
  if (clashes.length || lost.length) {
    for (const segment of await asked(dialog, clashes, lost)) wanted = without(wanted, segment);
  }
  await outbox.startOver(version, []);
  editing.replace(document);
  if (wanted.length) editing.act(laidUpon(document, wanted).fit);
}

/** A name for this tab, locked as long as it lives: by that others tell that it is open. */
async function ownTab(signal) {
  const tab = newId();
  await new Promise((locked) => {
    navigator.locks?.request(lockOf(tab), () => {
      locked();
      return new Promise((free) => signal.addEventListener("abort", free, { once: true }));
    }) ?? locked();
  });
  return tab;
}

async function closedTabs(transcript) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const open = new Set(held.map((lock) => lock.name));
  return Local.orphans(transcript, (tab) => open.has(lockOf(tab)));
}

const lockOf = (tab) => `sotto-editor ${tab}`;

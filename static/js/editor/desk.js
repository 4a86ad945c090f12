// What the editor and the subtitles begin with, and how they end.
import { playerOf } from "../media/player.js";
import { opened } from "./open.js";
import { StandardStore } from "./store.js";

/**
 * Opens the transcript of `article` from its `store`; `lay` puts the parts of the page onto the desk. `sealing` is
 * as in open.js. Returns what ends it: `desk.leaving` comes first, so that what is not an edit yet becomes
 * one and is saved.
 */
export function openDesk(article, lay, { store = new StandardStore(article.dataset.transcript), sealing } = {}) {
  const ending = new AbortController();
  const leaving = [];
  const part = (name) => article.querySelector(`[data-${name}]`);
  const { transcript, kind } = article.dataset;
  let stopSaving = () => {};

  async function start() {
    const { editing, outbox } = await opened(store, { transcript, kind, dialog: part("clash-dialog"), ending, sealing });
    if (ending.signal.aborted) return;
    stopSaving = () => (outbox.flush({ keepalive: true }), sealing ? outbox.end() : outbox.stop());
    await lay({ article, part, store, editing, outbox, player: playerOf(article), ending, leaving });
  }

  start().catch((failed) => {
    const { gone, failed: words } = part("opening").dataset;
    part("opening").textContent = failed.status === 404 && gone ? gone : words;
    if (!ending.signal.aborted) throw failed;
  });
  return () => {
    for (const leave of leaving) leave();
    stopSaving();
    ending.abort();
  };
}

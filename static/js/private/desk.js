// A private transcript on the desk of a view: opened through the shelf, kept sealed, filled in where Standard's page
// has it from the server.
import player from "../behaviours/player.js";
import { openDesk } from "../editor/desk.js";
import { clock } from "../media/words.js";
import { PrivateStore } from "./store.js";
import { sealing } from "./unsaved.js";

/** `lay(desk, store)` puts the parts of the page onto the desk. Returns what ends it. */
export function openPrivate(place, { vault, remote, shelf, session, signal, params: { id } }, lay) {
  const article = place.querySelector("article");
  const store = new PrivateStore({ tid: id, vault, remote, shelf });
  article.dataset.transcript = id;
  store.addEventListener("overtaken", () => session.lock("rotated"), { signal });
  store.addEventListener("version", () => fill(article, store), { once: true });
  const open = async (desk) => {
    const stopPlayer = player(article);
    await lay(desk, store);
    if (signal.aborted) return stopPlayer();
    desk.leaving.push(stopPlayer);
    return waitForWriting(desk, signal);
  };
  return openDesk(article, open, { store, sealing: (tab) => sealing(vault, id, tab) });
}

function fill(article, { document, about }) {
  const { duration, language } = document;
  Object.assign(article.dataset, { duration, language, sha256: about.sha256 });
  article.querySelector("[data-rows]").lang = language;
  article.querySelector("[data-length]").textContent = clock(duration);
  article.querySelector("[data-position]").max = duration;
}

/** Sealing takes a moment: who closes the tab in it is asked whether to wait. */
function waitForWriting({ typing, outbox }, signal) {
  addEventListener("beforeunload", (event) => {
    typing.commit();
    if (outbox.isWriting) event.preventDefault();
  }, { signal });
}

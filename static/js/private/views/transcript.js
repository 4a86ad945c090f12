// A private transcript in the editor: the same parts as Standard's, upon what only this page can read.
import { attach } from "../../behaviours.js";
import player from "../../behaviours/player.js";
import { openDesk } from "../../editor/desk.js";
import { lay } from "../../editor/lay.js";
import { clock } from "../../media/words.js";
import { showExports } from "../exports.js";
import { showHead } from "../head.js";
import { RemoteFailed } from "../remote.js";
import { sealedRules } from "../rules.js";
import { openShares } from "../shares.js";
import { PrivateStore } from "../store.js";
import { sealing } from "../unsaved.js";

export default function transcript(place, { vault, remote, shelf, session, go, signal, params: { id } }) {
  const article = place.querySelector("article");
  const store = new PrivateStore({ tid: id, vault, remote, shelf });
  const rules = sealedRules(vault);
  article.dataset.transcript = id;
  store.addEventListener("overtaken", () => session.lock("rotated"), { signal });
  store.addEventListener("version", () => fill(article, store), { once: true });

  const open = async (desk) => {
    desk.keptRules = await rules;
    if (signal.aborted) return;
    const stopPlayer = player(article);
    lay(desk);
    desk.leaving.push(stopPlayer);
    showHead(place, store, shelf.row(id), signal);
    const source = taken(desk, store, { tid: id, remote, madeOn: shelf.row(id)?.created_at?.slice(0, 10) ?? "", signal });
    showExports(place, source);
    place.querySelector("[data-share]").addEventListener("click", () => openShares(place, source));
    waitForWriting(desk, signal);
  };
  const leave = openDesk(article, open, { store, sealing: (tab) => sealing(vault, id, tab) });
  attach(place);
  markFavourite(place.querySelector("[data-favourite]"), shelf, id);
  remove(place.querySelector("#delete-dialog"), shelf, id, go);
  return leave;
}

/** What Standard's page has from the server. */
function fill(article, { document, about }) {
  const { duration, language } = document;
  Object.assign(article.dataset, { duration, sha256: about.sha256 });
  article.querySelector("[data-rows]").lang = language;
  article.querySelector("[data-length]").textContent = clock(duration);
  article.querySelector("[data-position]").max = duration;
  article.querySelector("[data-wave]").ariaValueMax = Math.round(duration);
}

/** For whatever takes the text along as it is at that moment. */
const taken = ({ editing, typing }, store, more) => ({
  get document() {
    typing.commit();
    return editing.document;
  },
  get title() {
    return store.about.title;
  },
  ...more,
});

/** Sealing takes a moment: who closes the tab in it is asked whether to wait. */
function waitForWriting({ typing, outbox }, signal) {
  addEventListener("beforeunload", (event) => {
    typing.commit();
    if (outbox.isWriting) event.preventDefault();
  }, { signal });
}

function markFavourite(button, shelf, id) {
  const show = () => button.setAttribute("aria-pressed", String(Boolean(shelf.row(id)?.favourite)));
  button.addEventListener("click", async () => {
    await shelf.favourite(id, !shelf.row(id)?.favourite);
    show();
  });
  show();
}

function remove(dialog, shelf, id, go) {
  const said = dialog.querySelector("[data-delete-said]");
  dialog.querySelector("[data-delete]").addEventListener("click", async () => {
    try {
      await shelf.remove([id]);
      go("/private/");
    } catch (failed) {
      if (!(failed instanceof RemoteFailed)) throw failed;
      said.textContent = said.dataset.failed;
    }
  });
}

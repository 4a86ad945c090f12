// A private transcript in the editor: the same parts as Standard's, upon what only this page can read.
import { attach } from "../../behaviours.js";
import { lay } from "../../editor/lay.js";
import { openPrivate } from "../desk.js";
import { showExports } from "../exports.js";
import { showHead } from "../head.js";
import { RemoteFailed } from "../remote.js";
import { sealedRules } from "../rules.js";
import { openShares } from "../shares.js";
import { openStandard } from "../standard.js";

export default function transcript(place, context) {
  const { vault, remote, shelf, go, signal, params: { id } } = context;
  const rules = sealedRules(vault);
  const leave = openPrivate(place, context, async (desk, store) => {
    desk.keptRules = await rules;
    if (signal.aborted) return;
    desk.part("wave").ariaValueMax = Math.round(store.document.duration);
    lay(desk);
    showHead(place, store, shelf.row(id), signal);
    const source = taken(desk, store, { tid: id, remote, madeOn: shelf.row(id)?.created_at?.slice(0, 10) ?? "", signal });
    showExports(place, source);
    place.querySelector("[data-share]").addEventListener("click", () => openShares(place, source));
    place.querySelector("[data-standard]").addEventListener("click", () => openStandard(place, { tid: id, remote, shelf, store, desk }));
  });
  place.querySelector("[data-subtitles]").href = `/private/t/${id}/subtitles/`;
  attach(place);
  markFavourite(place.querySelector("[data-favourite]"), shelf, id);
  remove(place.querySelector("#delete-dialog"), shelf, id, go);
  return leave;
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

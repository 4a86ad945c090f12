// The dialog that makes a private transcript one that the server can read.
import { RemoteFailed } from "./remote.js";

/** `place` is of the view. `given`: `{tid, remote, shelf, store, desk}`; what is sent is what the store holds once all is saved. */
export function openStandard(place, given) {
  let dialog = place.querySelector("[data-standard-dialog]");
  if (!dialog) {
    place.append(document.querySelector("template[data-part=standard]").content.cloneNode(true));
    dialog = place.querySelector("[data-standard-dialog]");
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-make]").addEventListener("click", ({ currentTarget }) => make(dialog, currentTarget, given));
  }
  dialog.showModal();
}

async function make(dialog, button, { tid, remote, shelf, store, desk: { typing, outbox } }) {
  const say = (name) => (dialog.querySelector("[data-problem]").textContent = name && dialog.querySelector(`[data-says="${name}"]`).textContent);
  button.disabled = true;
  say("");
  try {
    typing.commit();
    await outbox.flush();
    if (outbox.count) return say("unsaved");
    const { title, folder, tags } = store.about;
    await remote.makeStandard(tid, { document: store.document, title, folder, tags }, store.number);
    await shelf.removed(tid).catch(() => {}); // the next visit sees it and asks
    return location.assign(`/t/${tid}/`);
  } catch (failed) {
    if (!(failed instanceof RemoteFailed)) throw failed;
    return say(failed.status === 409 ? "changed" : failed.isPassing ? "later" : "refused");
  } finally {
    button.disabled = false;
  }
}

// The files of an export, chosen or dropped, and what is said about them.
import { collected, problem } from "./collection.js";
import { listed, part, write } from "./dom.js";
import { say } from "./words.js";

/** `tell` is given each collection that can be unlocked, and null where one cannot. */
export function startChoosing(tell) {
  const [drop, input] = [part("drop"), part("files")];
  let last = 0;
  const take = async (files) => {
    if (!files.length) return;
    const mine = (last += 1);
    const collection = await collected(files, (done, all) => mine === last && write(part("status"), "reading", { done, all }));
    if (mine === last) tell(told(collection));
  };
  input.addEventListener("change", () => take([...input.files]).then(() => { input.value = ""; }));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (!drop.closest("[hidden]")) take([...event.dataTransfer.files]);
  });
}

function told(collection) {
  const { keyring, items, problems, readable } = collection;
  const all = [...problems];
  if (!keyring) all.push(problem("no_keyring"));
  else if (!items.length) all.push(problem("none"));
  const isWhole = keyring && items.length > 0;
  const sentences = [isWhole && say("found", { count: items.length }), readable && say("readable", { count: readable })];
  part("status").textContent = sentences.filter(Boolean).join(" ");
  part("problems-before").replaceChildren(...listed(all));
  write(part("choose-words"), "choose_again");
  return isWhole ? collection : null;
}

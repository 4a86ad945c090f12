// Files by button, by folder, by paste, or dropped anywhere on the page.
import { filesOf, recordingsOf } from "../media/dropped.js";
import { chosenOptions, isUndecided } from "../upload/options.js";
import { take as send } from "../upload/resume.js";

const NAMED = 3;

export default function dropzone(form) {
  const target = document.documentElement;
  const ending = new AbortController();
  const { signal } = ending;

  async function take({ taken, skipped }) {
    form.querySelector("[data-nothing]").hidden = taken.length + skipped.length > 0;
    say(sentence("skipped", skipped.length, skipped));
    form.querySelector("[data-undecided]").hidden = !taken.length || !isUndecided(form);
    if (!taken.length) return;
    if (isUndecided(form)) return ask();
    const already = await send(taken, chosenOptions(form), Boolean(form.elements.mail_batch?.checked));
    if (already) say(sentence("already", already));
  }

  /** Nothing goes with less privacy than was asked for. */
  function ask() {
    form.querySelector(".options").open = true;
    form.querySelector("[name=level]:enabled").focus();
  }

  function say(words) {
    const place = form.querySelector("[data-left-out]");
    place.textContent = words;
    place.hidden = !words;
  }

  /** The words for one or for many come with the page. */
  function sentence(kind, n, files = []) {
    if (!n) return "";
    const { dataset } = form.querySelector("[data-left-out]");
    const names = files.slice(0, NAMED).map(({ name }) => name).join(", ");
    return dataset[kind + (n === 1 ? "One" : "Many")].replace("{n}", n).replace("{names}", names);
  }

  const all = (files) => ({ taken: files, skipped: [] });

  function takeInput(input, sort = all) {
    const chosen = () => {
      take(sort([...input.files]));
      input.value = "";
    };
    input.addEventListener("change", chosen);
    if (input.files.length) chosen(); // somebody was quicker than this script
  }

  function drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    target.classList.add("is-dragging");
  }

  function leave(event) {
    if (!event.relatedTarget) target.classList.remove("is-dragging");
  }

  async function drop(event) {
    event.preventDefault();
    target.classList.remove("is-dragging");
    take(await filesOf(event.dataTransfer));
  }

  takeInput(form.querySelector("[data-files]"));
  takeInput(form.querySelector("[data-folder]"), recordingsOf);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("dragenter", drag, { signal });
  document.addEventListener("dragover", drag, { signal });
  document.addEventListener("dragleave", leave, { signal });
  document.addEventListener("drop", drop, { signal });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) take(all([...event.clipboardData.files]));
  }, { signal });
  return () => ending.abort();
}

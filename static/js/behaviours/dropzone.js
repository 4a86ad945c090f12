// Files by button, by folder, by paste, or dropped anywhere on the page.
import { filesOf, isRecording } from "../media/dropped.js";
import { chosenOptions } from "../upload/options.js";
import { take as send } from "../upload/resume.js";

export default function dropzone(form) {
  const target = document.documentElement;
  const ending = new AbortController();
  const { signal } = ending;

  function take(files) {
    form.querySelector("[data-nothing]").hidden = files.length > 0;
    if (files.length) send(files, chosenOptions(form));
  }

  function takeInput(input, keep = () => true) {
    const chosen = () => {
      take([...input.files].filter(keep));
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
  takeInput(form.querySelector("[data-folder]"), isRecording);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("dragenter", drag, { signal });
  document.addEventListener("dragover", drag, { signal });
  document.addEventListener("dragleave", leave, { signal });
  document.addEventListener("drop", drop, { signal });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) take([...event.clipboardData.files]);
  }, { signal });
  return () => ending.abort();
}

// Keys that work anywhere on the page of the editor. "Mod" is Ctrl, and ⌘ on a Mac.
import { keepCopy } from "./plain.js";

const isMac = /Mac|iP/.test(navigator.platform);

/** "Mod+Shift+Z" of a pressed key. */
export function chordOf(event) {
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return [isMod && "Mod", event.altKey && "Alt", event.shiftKey && "Shift", key].filter(Boolean).join("+");
}

/** What each act does, by its name; `desk` is what behaviours/editor.js puts together. */
export const ACTS = {
  undo: ({ editing, typing }) => (typing.commit(), editing.undo()),
  redo: ({ editing, typing }) => (typing.commit(), editing.redo()),
  save: ({ outbox, typing }) => (typing.commit(), outbox.resume()),
  "keep-copy": (desk) => (desk.typing.commit(), keepCopy(desk)),
  split: ({ typing }) => typing.split(),
  "merge-next": ({ typing }) => typing.merge(1),
  "choose-speaker": ({ chooseSpeaker }) => chooseSpeaker(),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`speaker-${n}`, ({ speakers }) => speakers.assignNumber(n)])),
};

const CHORDS = { "Mod+Z": "undo", "Mod+Shift+Z": "redo", "Mod+Y": "redo", "Mod+S": "save", "Alt+0": "choose-speaker" };
for (let n = 1; n <= 9; n += 1) CHORDS[`Alt+${n}`] = `speaker-${n}`;

export function bindKeys(desk) {
  const press = (event) => {
    const act = CHORDS[chordOf(event)];
    if (!act || event.target.closest("dialog, input, textarea, select")) return;
    event.preventDefault();
    ACTS[act](desk);
  };
  document.addEventListener("keydown", press, { signal: desk.ending.signal });
  for (const button of desk.article.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => ACTS[button.dataset.act](desk));
  }
}

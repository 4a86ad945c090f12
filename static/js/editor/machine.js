// What the machine said in a segment, beside what stands there now, and with one press back again.
import { machineRow, wordDiff } from "./diff.js";
import { writeDiff } from "./difference.js";
import { StoreFailed } from "./store.js";

export function machineSaid({ part, store, editing, segmentDialog }) {
  const dialog = part("segment-dialog");
  const place = dialog.querySelector("[data-machine]");
  const [show, words, back, said] = ["show", "words", "back", "said"].map((name) => place.querySelector(`[data-machine-${name}]`));
  let heard = null; // the machine's document, once it was asked for
  let found = null;

  function reset() {
    words.replaceChildren();
    said.textContent = "";
    back.hidden = true;
  }

  async function look() {
    reset();
    try {
      heard ??= await store.machine();
    } catch (failed) {
      if (!(failed instanceof StoreFailed)) throw failed;
      said.textContent = said.dataset.failed;
      return;
    }
    const { row } = segmentDialog;
    found = row && machineRow(heard, row);
    said.textContent = !found ? said.dataset.nothing : found.text === row.text ? said.dataset.same : "";
    if (!found || found.text === row.text) return;
    writeDiff(words, wordDiff(row.text, found.text), { gone: words.dataset.gone, fresh: words.dataset.new });
    back.hidden = false;
  }

  /** With the machine's words and times; speaker and note stay. */
  function takeBack() {
    const { row } = segmentDialog;
    const own = found.words.map((word) => ({ ...word, speaker: row.speaker }));
    editing.act([{ op: "put", segments: [{ ...row, text: found.text, words: own, edited: false }] }], row.id);
    dialog.close();
  }

  dialog.addEventListener("sotto:opened", reset);
  editing.addEventListener("replaced", () => (heard = null));
  editing.addEventListener("change", ({ detail }) => detail.source === "others" && (heard = null));
  show.addEventListener("click", look);
  back.addEventListener("click", takeBack);
}

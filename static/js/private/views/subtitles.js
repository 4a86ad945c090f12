// A private transcript as subtitles; the file of them is made here.
import { renderGently } from "../../exports/index.js";
import { fileName } from "../../exports/name.js";
import { save } from "../../exports/save.js";
import { lay } from "../../subtitles/lay.js";
import { openPrivate } from "../desk.js";

const TYPES = { srt: "application/x-subrip", vtt: "text/vtt" };

export default function subtitles(place, context) {
  const { signal, params: { id } } = context;
  const [title, back] = ["title", "back"].map((name) => place.querySelector(`[data-${name}]`));
  back.href = `/private/t/${id}/`;
  return openPrivate(place, context, (desk, store) => {
    title.textContent = store.about.title || title.dataset.untitled;
    desk.part("cue-template").content.querySelector("[data-edit]").setAttribute("href", back.pathname);
    desk.part("stage-lines").lang = store.document.language;
    desk.takeAlong = (mine) => takeAlong(mine, store, signal);
    lay(desk);
  });
}

function takeAlong({ part, rules, editing }, store, signal) {
  part("rules").addEventListener("submit", async (event) => {
    event.preventDefault();
    const format = event.target.elements.format.value;
    const options = { ...rules.layout.options, timestamps: false, paragraphs: true, notes: false };
    const bytes = await renderGently(format, editing.document, options, { title: store.about.title, madeOn: "" }, signal);
    if (bytes && !signal.aborted) save(bytes, TYPES[format], fileName(store.about.title, format), signal);
  }, { signal });
}

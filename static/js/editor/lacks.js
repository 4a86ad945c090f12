// Says above the text what the machine could not do, in sentences that the page brought along.
import { sentence } from "./sentence.js";

/** Now, and after a new hearing or an earlier version has come in its place. */
export function showWhatLacks({ article, editing, ending }) {
  const places = [...article.querySelectorAll("[data-lacks]")].map((place) => ({ place, words: place.textContent }));
  const show = () => {
    const { warnings = [], unheard = [] } = editing.document;
    const found = new Set(unheard.length ? [...warnings, "unheard"] : warnings);
    for (const { place, words } of places) {
      place.hidden = !found.has(place.dataset.lacks);
      place.textContent = sentence(words, { count: unheard.length });
    }
  };
  for (const event of ["change", "replaced"]) editing.addEventListener(event, show, { signal: ending.signal });
  show();
}

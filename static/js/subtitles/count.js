// How many cues there are, and how many break a rule: always in sight, and said after each change.
import { sentence } from "../editor/sentence.js";

export function showCount({ part, timeline, ending, showButtons }) {
  const place = part("count");
  const show = () => {
    const [all, broken] = [timeline.cues.length, timeline.broken.length];
    showButtons();
    place.textContent = sentence(broken ? place.dataset.some : place.dataset.none, { all, broken });
  };
  timeline.addEventListener("change", show, { signal: ending.signal });
  show();
}

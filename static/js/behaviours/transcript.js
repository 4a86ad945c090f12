// The words: the one being spoken is lit, a click or Enter goes to one, names follow their edits.
import { isInSight } from "../media/sight.js";
import { indexAt } from "../media/words.js";

const FOLLOW_AFTER_MS = 4000;
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

export default function transcript(article) {
  const words = article.querySelector("[data-words]");
  if (!words) return undefined;
  const spans = [...words.querySelectorAll("span[data-start]")];
  const starts = Float64Array.from(spans, (span) => Number(span.dataset.start));
  const ending = new AbortController();
  const marks = { "is-lit": -1, "is-cursor": -1 };
  let scrolledAt = 0;

  function mark(name, index) {
    if (marks[name] === index) return false;
    spans[marks[name]]?.classList.remove(name);
    spans[index]?.classList.add(name);
    marks[name] = index;
    return true;
  }

  function seek(seconds) {
    article.dispatchEvent(new CustomEvent("sotto:seek", { detail: Number(seconds) }));
  }

  function show(index) {
    if (isInSight(spans[index])) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    spans[index].scrollIntoView({ block: "center", behavior });
  }

  function follow({ detail }) {
    const index = indexAt(starts, detail);
    if (mark("is-lit", index) && index >= 0 && Date.now() - scrolledAt > FOLLOW_AFTER_MS) show(index);
  }

  function press(event) {
    if (event.target !== words || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") seek(starts[Math.max(marks["is-cursor"], 0)]);
    if (!STEPS[event.key]) return;
    event.preventDefault();
    const from = marks["is-cursor"] < 0 ? Math.max(marks["is-lit"], 0) - 1 : marks["is-cursor"];
    const next = Math.min(spans.length - 1, Math.max(0, from + STEPS[event.key]));
    mark("is-cursor", next);
    show(next);
  }

  words.addEventListener("click", (event) => {
    const target = event.target.closest("[data-start], [data-seek]");
    if (target && getSelection().isCollapsed) seek(target.dataset.start ?? target.dataset.seek);
  });
  words.addEventListener("keydown", press);
  article.addEventListener("sotto:time", follow);
  for (const name of ["wheel", "touchmove"]) {
    addEventListener(name, () => (scrolledAt = Date.now()), { passive: true, signal: ending.signal });
  }
  document.addEventListener("htmx:load", ({ detail }) => followNames(words, detail.elt), ending);
  return () => ending.abort();
}

function followNames(words, list) {
  for (const { dataset, textContent } of list.querySelectorAll("[data-speaker]")) {
    for (const name of words.querySelectorAll(`[data-speaker-name="${CSS.escape(dataset.speaker)}"]`)) {
      name.textContent = textContent;
    }
  }
}

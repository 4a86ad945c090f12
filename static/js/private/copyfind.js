// Finds in paragraphs as somebody types, and leads from find to find. What is looked for goes nowhere.
import { finder } from "../editor/find.js";
import { sentence } from "../editor/sentence.js";

const WAIT_MS = 120;
const LOOSELY = { isPattern: false, isCased: false, isWhole: false, isFolded: true };

/** `field` is typed into, `said` tells how many there are, `paragraphs` hold one text node each. */
export function findIn(field, said, paragraphs) {
  const texts = paragraphs.map((one) => one.textContent);
  let [marks, at, timer] = [[], -1, 0];

  function look() {
    const find = field.value.trim() ? finder({ query: field.value.trim(), ...LOOSELY }) : () => [];
    marks = [];
    at = -1;
    paragraphs.forEach((paragraph, number) => mark(paragraph, texts[number], find(texts[number])));
    const { none, some } = said.dataset;
    said.textContent = !field.value.trim() ? "" : marks.length ? sentence(some, { count: marks.length }) : none;
  }

  function mark(paragraph, text, found) {
    if (!found.length && !paragraph.firstElementChild) return;
    let from = 0;
    const pieces = found.flatMap(({ start, end }) => {
      const piece = document.createElement("mark");
      piece.textContent = text.slice(start, end);
      marks.push(piece);
      const before = text.slice(from, start);
      from = end;
      return [before, piece];
    });
    paragraph.replaceChildren(...pieces, text.slice(from));
  }

  function next(step) {
    if (!marks.length) return;
    marks[at]?.classList.remove("is-now");
    at = at < 0 && step < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length;
    marks[at].classList.add("is-now");
    marks[at].scrollIntoView({ block: "center" });
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    if (marks[0]?.isConnected !== true || at < 0) look();
    next(event.shiftKey ? -1 : 1);
  });
}

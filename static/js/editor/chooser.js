// Who speaks here: a small dialog on the name in a row, for that segment or all that are chosen.
import { sentence } from "./sentence.js";

export function chooser(desk) {
  const { part, rows, chosen, speakers, editing, typing } = desk;
  const dialog = part("chooser");
  const problem = dialog.querySelector("[data-problem]");
  const input = dialog.querySelector("[name=name]");
  let segments = [];

  function open(ids) {
    if (!ids.length) return;
    typing.commit();
    segments = ids;
    const now = editing.row(ids[0]).speaker;
    const item = dialog.querySelector("template").content.firstElementChild;
    dialog.querySelector("ul").replaceChildren(...speakers.all.map((speaker, index) => {
      const made = item.cloneNode(true);
      const button = made.querySelector("button");
      button.value = speaker.id;
      button.className += ` voice-${rows.voice(speaker.id)}`;
      button.setAttribute("aria-pressed", String(ids.length === 1 && speaker.id === now));
      button.querySelector("[data-sign]").textContent = index + 1;
      button.querySelector("[data-name]").textContent = speaker.name;
      return made;
    }));
    const { one, several } = dialog.dataset;
    dialog.querySelector("[data-for]").textContent = ids.length > 1 ? sentence(several, { count: ids.length }) : one;
    input.value = problem.textContent = "";
    dialog.showModal();
  }

  /** "Only here": somebody new speaks in these segments. */
  function addNew(event) {
    event.preventDefault();
    problem.textContent = speakers.complaint(input.value);
    input.setAttribute("aria-invalid", String(Boolean(problem.textContent)));
    if (problem.textContent) return input.focus();
    speakers.add(input.value, segments);
    dialog.close();
  }

  function give(speaker) {
    editing.act([{ op: "speaker", segments, speaker }], segments[0]);
    dialog.close();
  }

  dialog.querySelector("form").addEventListener("submit", addNew);
  dialog.querySelector("ul").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) give(button.value);
  });
  dialog.querySelector("[data-nobody]").addEventListener("click", () => give(null));
  dialog.addEventListener("keydown", (event) => {
    const speaker = event.target !== input && speakers.all[Number(event.key) - 1];
    if (speaker) give(speaker.id);
  });
  rows.place.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-who]") && rows.idOf(target);
    if (id) open(chosen.range.includes(id) ? chosen.range : [id]);
  });
  return () => open(chosen.ids);
}

// Keys and the count of what is chosen. Without this the page works as a plain form.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

export default function library(results) {
  const rows = () => [...results.querySelectorAll("[data-row]")];
  const boxes = () => [...results.querySelectorAll("[name=id]")];
  const all = results.querySelector("[data-all]");

  function count() {
    const chosen = boxes().filter((box) => box.checked).length;
    const said = results.querySelector("[data-count]");
    if (!said) return;
    results.classList.toggle("has-chosen", chosen > 0);
    said.textContent = chosen === 1 ? said.dataset.one : said.dataset.many.replace("COUNT", chosen);
    all.firstElementChild.checked = chosen > 0 && chosen === boxes().length;
    all.firstElementChild.indeterminate = chosen > 0 && chosen < boxes().length;
  }

  function current() {
    return rows().findIndex((row) => row.contains(document.activeElement));
  }

  function go(step) {
    const at = current();
    const next = rows()[at < 0 ? (step > 0 ? 0 : rows().length - 1) : at + step];
    next?.querySelector(".row-name").focus();
  }

  const keys = {
    j: () => go(1),
    ArrowDown: () => go(1),
    k: () => go(-1),
    ArrowUp: () => go(-1),
    x: () => rows()[current()]?.querySelector("[name=id]").click(),
    f: () => rows()[current()]?.querySelector("[name=star]").click(),
    "/": () => document.getElementById("search").focus(),
    "?": () => document.getElementById("library-keys").showModal(),
  };

  function press(event) {
    const busy = event.target.closest?.(`${TYPING}, dialog`) || document.querySelector("dialog[open]");
    const arrow = event.key.startsWith("Arrow");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (arrow && current() < 0) return; // the page scrolls
    event.preventDefault();
    keys[event.key]();
  }

  results.addEventListener("change", (event) => {
    if (all?.contains(event.target)) for (const box of boxes()) box.checked = event.target.checked;
    count();
  });
  // A file, not a page: the browser must send the form itself.
  results.addEventListener("click", (event) => {
    const button = event.target.closest("[data-export]");
    if (!button) return;
    event.preventDefault();
    const { form } = button;
    const action = form.getAttribute("action");
    form.setAttribute("action", button.formAction); // `form.action` is the buttons of that name
    form.submit();
    form.setAttribute("action", action);
  });
  if (all) {
    all.hidden = false;
    results.classList.add("counts");
    count();
  }
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

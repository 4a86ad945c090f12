// The keys of the library, as in the one of standard transcripts.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

export function listenForKeys(place, rows, asking, signal) {
  const help = place.querySelector("#library-keys");
  const at = () => rows.rows.findIndex((row) => row.contains(document.activeElement));
  const press = (name) => rows.rows[at()]?.querySelector(name).click();

  function go(step) {
    const [from, all] = [at(), rows.rows];
    const next = all[from < 0 ? (step > 0 ? 0 : all.length - 1) : from + step];
    if (next) next.querySelector(".row-name").focus();
    else if (step > 0) rows.more();
  }

  const keys = {
    j: () => go(1),
    ArrowDown: () => go(1),
    k: () => go(-1),
    ArrowUp: () => go(-1),
    x: () => press("[data-choose]"),
    f: () => press("[data-star]"),
    "/": () => asking.focus(),
    "?": () => help.showModal(),
  };

  place.querySelector("[data-show-keys]").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    const isBusy = event.target.closest?.(`${TYPING}, dialog`) || document.querySelector("dialog[open]");
    if (isBusy || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (event.key.startsWith("Arrow") && at() < 0) return; // the page scrolls
    event.preventDefault();
    keys[event.key]();
  }, { signal });
}

// The focus is never lost: where a swap takes away what has it, it goes to what came instead.
const FIRST = "[autofocus], [aria-invalid=true]";
let part = ""; // id of the part whose focus the swap takes away

/** A form that was sent back is mended where it is wrong. */
function mend() {
  const wrong = document.querySelector("main [aria-invalid=true]");
  wrong?.focus();
  return wrong;
}

mend();

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  part = target?.contains(document.activeElement) ? target.id : "";
});

document.addEventListener("htmx:afterSettle", ({ target, detail: { boosted } }) => {
  if (boosted && target === document.body) {
    // After a boosted link the reader is at the top of the new page, as after any other link.
    if (!mend()) document.getElementById("main")?.focus({ preventScroll: true });
  } else if (part && document.activeElement === document.body) {
    const came = document.getElementById(part);
    const first = came?.querySelector(FIRST);
    if (came && !first) came.tabIndex = -1;
    (first ?? came)?.focus();
  }
});

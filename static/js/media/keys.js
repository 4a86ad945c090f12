const BUSY = "input, select, textarea, button, a, summary, dialog, [contenteditable]";
const STEP_SECONDS = { ArrowLeft: -5, ArrowRight: 5 };

/** Space plays and pauses, arrows go five seconds, wherever these keys have no other meaning. */
export function keysFor(player) {
  return (event) => {
    if (!player.hasFile || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest(BUSY)) return;
    const step = event.target.closest("[data-words]") ? 0 : STEP_SECONDS[event.key];
    if (event.key !== " " && !step) return;
    event.preventDefault();
    if (step) player.seek(player.time + step);
    else player.toggle();
  };
}

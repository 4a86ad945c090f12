// An address that ends in `#t=SECONDS` opens there, with the segment in sight.

/** The second that a hash names; null where it names none. */
export function secondOf(hash) {
  const named = /^#t=(\d+(?:\.\d+)?)$/.exec(hash);
  return named ? Number(named[1]) : null;
}

export function arrive({ player, listening, rows, ending }) {
  const go = () => {
    const seconds = secondOf(location.hash);
    const row = seconds !== null && listening.rowAt(seconds);
    if (!row) return;
    player.seek(seconds);
    rows.show(row.id, "center");
    const element = rows.element(row.id);
    element.classList.add("is-arrived");
    element.querySelector("[data-stamp]").focus({ preventScroll: true });
  };
  addEventListener("hashchange", go, { signal: ending.signal });
  go();
}

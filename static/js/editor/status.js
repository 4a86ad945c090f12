// Says at any time whether the edits are safe, in words that the page brought along.

/** Keeps `place` (a `role="status"` with the words as its `data-…`) true. */
export function showStatus(place, outbox, typing, { ending }) {
  const show = () => {
    const { state, count } = outbox;
    place.dataset.state = state;
    place.textContent = (place.dataset[state] ?? "").replace("{count}", count);
  };
  outbox.addEventListener("state", show);
  addEventListener("online", () => outbox.resume(), { signal: ending.signal });
  addEventListener("visibilitychange", () => document.hidden && leave(outbox, typing), { signal: ending.signal });
  addEventListener("pagehide", () => leave(outbox, typing), { signal: ending.signal });
  show();
}

/** The tab may never come back: what can still be sent is sent. */
function leave(outbox, typing) {
  typing.commit();
  outbox.flush({ keepalive: true });
}

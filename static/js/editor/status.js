// Says at any time whether the edits are safe, in words that the page brought along.

/**
 * Keeps `[data-status]` (its words are its own `data-…`) true, and shows what helps in which state:
 * `[data-when="gone locked"]`.
 */
export function showStatus({ article, part, outbox, typing, ending }) {
  const place = part("status");
  const helps = [...article.querySelectorAll("[data-when]")];
  const show = () => {
    const { state, count } = outbox;
    place.dataset.state = state;
    place.textContent = (place.dataset[state] ?? "").replace("{count}", count);
    for (const help of helps) help.hidden = !help.dataset.when.split(" ").includes(state);
  };
  addEventListener("focus", () => outbox.state === "locked" && outbox.resume(), { signal: ending.signal });
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

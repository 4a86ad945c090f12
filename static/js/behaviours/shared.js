// Learns when the link has ended, and then leaves nothing of the transcript on the screen.
const GONE = 4404;
const AGAIN_MS = 2000;

export default function shared(article) {
  const [, , token] = location.pathname.split("/");
  let hasEnded = false;

  function end() {
    hasEnded = true;
    article.querySelector("[data-audio]")?.pause();
    article.replaceChildren(article.querySelector("[data-gone]").content.cloneNode(true));
    article.querySelector("h1").focus();
  }

  function listen() {
    const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/shares/${token}/`);
    socket.addEventListener("close", ({ code }) => (code === GONE ? end() : setTimeout(ask, AGAIN_MS)));
  }

  /** Where sockets do not work. */
  async function ask() {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
    if (answer?.status === 404) end();
    else listen();
  }

  listen();
  addEventListener("pageshow", ({ persisted }) => persisted && !hasEnded && ask());
}

// The bar of the player: attaching the file, and what can be pressed there.
import { fileOfTranscript, keepForTranscript } from "../media/store.js";
import { sha256Of } from "../media/sha256.js";
import { clock } from "../media/words.js";
import { keysFor } from "../media/keys.js";
import { playerOf, SPEEDS } from "../media/player.js";
import { keepClear } from "../media/sight.js";

export default function bar(article) {
  const place = article.querySelector("[data-player]");
  const parts = new Map(); // looked up once: this happens at every frame, beside a hundred thousand words
  const part = (name) => parts.get(name) ?? parts.set(name, place.querySelector(`[data-${name}]`)).get(name);
  const player = playerOf(article);
  const ending = new AbortController();

  function show(isAttached) {
    part("attach").hidden = isAttached;
    part("bar").hidden = !isAttached;
    article.classList.toggle("has-audio", isAttached);
  }

  let chosen = null;

  async function check(file) {
    chosen = file;
    const notice = part("notice");
    const { checking, wrong } = notice.dataset;
    const { sha256 } = article.dataset; // none where subtitles were brought in: any file may be theirs
    const say = (fraction) => chosen === file && (notice.textContent = checking.replace("{percent}", Math.round(100 * fraction)));
    part("anyway").hidden = true;
    const isSame = !sha256 || (say(0), (await sha256Of(file, say)) === sha256);
    if (chosen !== file) return;
    notice.textContent = isSame ? "" : wrong;
    part("anyway").hidden = isSame;
    if (isSame) use(file);
  }

  function use(file) {
    keepForTranscript(article.dataset.transcript, file);
    player.use(file);
  }

  function tick() {
    const now = clock(player.time);
    part("position").value = player.time;
    if (part("now").textContent === now) return;
    part("now").textContent = now;
    part("position").setAttribute("aria-valuetext", now);
  }

  function showPlaying() {
    const { playLabel, pauseLabel } = part("play").dataset;
    part("play").toggleAttribute("data-playing", !player.paused);
    part("play").setAttribute("aria-label", player.paused ? playLabel : pauseLabel);
  }

  const { settings } = player;
  part("speed").replaceChildren(...SPEEDS.map((speed) => new Option(`${speed}×`, speed)));
  const showSpeed = () => (part("speed").value = settings.get("speed"));
  showSpeed();
  settings.addEventListener("change", showSpeed);
  part("speed").addEventListener("change", ({ target }) => settings.set("speed", Number(target.value)));
  part("file").addEventListener("change", (event) => event.target.files[0] && check(event.target.files[0]));
  part("anyway").addEventListener("click", () => (use(chosen), part("play").focus()));
  part("play").addEventListener("click", player.toggle);
  part("position").addEventListener("input", ({ target }) => player.seek(Number(target.value)));
  article.addEventListener("sotto:seek", ({ detail }) => player.playFrom(detail));
  article.addEventListener("sotto:place", ({ detail }) => player.seek(detail));
  player.addEventListener("state", showPlaying);
  player.addEventListener("time", tick);
  player.addEventListener("file", ({ detail }) => show(Boolean(detail)));
  player.audio.addEventListener("error", () => {
    player.lose();
    part("notice").textContent = part("notice").dataset.unplayable;
    part("anyway").hidden = true;
  });
  if (!article.matches(".editor")) document.addEventListener("keydown", keysFor(player), ending);
  const known = fileOfTranscript(article.dataset.transcript);
  if (known) player.use(known);
  keepClear(ending.signal);
  return () => {
    ending.abort();
    player.stop();
  };
}

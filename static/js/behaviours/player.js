// Plays the user's own file beside the text. It never leaves the browser.
import { addressOf, fileOfTranscript, keepForTranscript } from "../media/store.js";
import { sha256Of } from "../media/sha256.js";
import { clock } from "../media/words.js";
import { keysFor } from "../media/keys.js";

export default function player(article) {
  const part = (name) => article.querySelector(`[data-${name}]`);
  const audio = part("audio");
  const ending = new AbortController();
  let frame = 0;

  function use(file) {
    keepForTranscript(article.dataset.transcript, file);
    audio.src = addressOf(file);
    show(true);
  }

  function show(isAttached) {
    part("attach").hidden = isAttached;
    part("bar").hidden = !isAttached;
    article.classList.toggle("has-audio", isAttached);
  }

  async function check(file) {
    const notice = part("notice");
    const { checking, wrong } = notice.dataset;
    const say = (fraction) => (notice.textContent = checking.replace("{percent}", Math.round(100 * fraction)));
    say(0);
    const isSame = (await sha256Of(file, say)) === article.dataset.sha256;
    notice.textContent = isSame ? "" : wrong;
    if (isSame) use(file);
  }

  function tick() {
    part("now").textContent = clock(audio.currentTime);
    part("position").value = audio.currentTime;
    part("position").setAttribute("aria-valuetext", clock(audio.currentTime));
    article.dispatchEvent(new CustomEvent("sotto:time", { detail: audio.currentTime }));
  }

  function run() {
    tick();
    if (!audio.paused) frame = requestAnimationFrame(run);
  }

  function showPlaying() {
    const { playLabel, pauseLabel } = part("play").dataset;
    part("play").toggleAttribute("data-playing", !audio.paused);
    part("play").setAttribute("aria-label", audio.paused ? playLabel : pauseLabel);
    run();
  }

  /** A play that a pause overtakes is no error, and what cannot be played says so by itself. */
  const play = () => audio.play().catch(() => {});
  const toggle = () => (audio.paused ? play() : audio.pause());

  function goTo(seconds) {
    if (!audio.src) return;
    audio.currentTime = Math.max(0, seconds);
    play();
  }

  part("file").addEventListener("change", (event) => event.target.files[0] && check(event.target.files[0]));
  part("play").addEventListener("click", toggle);
  part("position").addEventListener("input", (event) => (audio.currentTime = event.target.value));
  part("speed").addEventListener("change", (event) => (audio.playbackRate = event.target.value));
  article.addEventListener("sotto:seek", (event) => goTo(event.detail));
  article.addEventListener("sotto:place", (event) => audio.src && (audio.currentTime = event.detail));
  for (const name of ["play", "pause"]) audio.addEventListener(name, showPlaying);
  for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, tick);
  audio.addEventListener("error", () => {
    show(false);
    part("notice").textContent = part("notice").dataset.unplayable;
  });
  document.addEventListener("keydown", keysFor({ audio, toggle }), ending);
  const known = fileOfTranscript(article.dataset.transcript);
  if (known) use(known);
  return () => {
    ending.abort();
    cancelAnimationFrame(frame);
    audio.pause();
  };
}

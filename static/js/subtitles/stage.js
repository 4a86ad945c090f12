// The cue of the moment over the reader's own picture, about as a player shows it.
const WIDE = /^(zh|ja|yue|wuu|ko)\b/; // scripts whose characters are as wide as high
const [WIDE_EM, NARROW_EM] = [1, 0.55];

export function showStage({ article, part, timeline, rules, player, ending }) {
  const [stage, lines] = [part("stage"), part("stage-lines")];
  const em = WIDE.test(article.dataset.language) ? WIDE_EM : NARROW_EM;
  const { signal } = ending;
  let shown = null;

  function show(seconds = player.time) {
    const cue = timeline.cues[timeline.shownAt(seconds)];
    const text = cue?.lines.join("\n") ?? "";
    if (text !== shown) lines.textContent = shown = text;
  }

  const widen = () => stage.style.setProperty("--line-em", Math.ceil(rules.layout.options.max_chars * em));
  const shape = () => {
    const { videoWidth, videoHeight } = player.audio;
    stage.classList.toggle("has-picture", videoWidth > 0);
    if (videoWidth) stage.style.setProperty("--picture", `${videoWidth} / ${videoHeight}`);
  };
  player.audio.addEventListener("loadedmetadata", shape);
  const attach = () => stage.classList.toggle("has-file", player.hasFile);
  player.addEventListener("file", attach, { signal });
  attach();
  shape(); // the file may have come along from another page
  player.audio.addEventListener("click", player.toggle);
  player.addEventListener("time", ({ detail }) => show(detail), { signal });
  timeline.addEventListener("change", () => (widen(), show()), { signal });
  widen();
  show();
}

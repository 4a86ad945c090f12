// What can be set about listening beside the bar: controls that a browser's settings stand behind.
const RESUME_BACK_SECONDS = [0, 0.5, 1, 2, 3, 5];
const NUDGE_MILLISECONDS = [1, 10, 100];
const FRAMES_A_SECOND = [24, 25, 30, 50, 60];

export function showOptions({ part, player: { settings }, showButtons, ending }) {
  const { seconds, milliseconds, frame } = part("player-options").dataset;
  const backs = RESUME_BACK_SECONDS.map((value) => [value, seconds.replace("{n}", value)]);
  const steps = NUDGE_MILLISECONDS.map((value) => [value / 1000, milliseconds.replace("{n}", value)]);
  const frames = FRAMES_A_SECOND.map((value) => [Math.round(1e6 / value) / 1e6, frame.replace("{n}", value)]);
  for (const [name, options] of [["back", backs], ["nudge", [...steps, ...frames]]]) {
    part(`set-${name}`).replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  }
  const show = () => {
    for (const name of ["back", "nudge", "volume"]) part(`set-${name}`).value = settings.get(name);
    showButtons();
  };
  for (const name of ["back", "nudge", "volume"]) {
    part(`set-${name}`).addEventListener("input", ({ target }) => settings.set(name, Number(target.value)));
  }
  const said = part("listening-said");
  const { speedNow, volumeNow } = said.dataset;
  settings.addEventListener("change", ({ detail }) => {
    show();
    if (detail === "speed") said.textContent = speedNow.replace("{n}", settings.get("speed"));
    if (detail === "volume") said.textContent = volumeNow.replace("{n}", Math.round(100 * settings.get("volume")));
  }, { signal: ending.signal });
  const more = part("player-options").parentElement;
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    event.preventDefault();
    more.open = false;
    more.querySelector("summary").focus();
  });
  addEventListener("pointerdown", ({ target }) => more.contains(target) || (more.open = false), { signal: ending.signal });
  show();
}

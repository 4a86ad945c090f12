// Puts the waveform on the page, and says what is the matter where there is nothing to be drawn.
import { readPeaks } from "./read.js";
import { Wave } from "./wave.js";

export function showWave(desk) {
  const { part, player, ending } = desk;
  const wave = (desk.wave = new Wave(desk));
  const said = part("wave-said");
  const say = (name, percent = "") => (said.textContent = name ? said.dataset[name].replace("{percent}", percent) : "");

  async function read() {
    if (!player.hasFile) return say("none");
    say("reading", 0);
    const tell = (peaks, fraction) => {
      wave.peaks = peaks;
      wave.show();
      say(fraction < 1 ? "reading" : "", Math.round(100 * fraction));
    };
    const isRead = await readPeaks({ file: player.file, seconds: player.duration, signal: ending.signal, tell });
    return say(isRead ? "" : "undrawable");
  }

  player.addEventListener("file", read, { signal: ending.signal });
  read();
}

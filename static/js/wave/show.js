// Puts the waveform on the page, and says what is the matter where there is nothing to be drawn.
import { forgetPeaks } from "./kept.js";
import { readPeaks } from "./read.js";
import { Wave } from "./wave.js";

export function showWave(desk) {
  const { article, part, player, ending } = desk;
  const wave = (desk.wave = new Wave(desk));
  const said = part("wave-said");
  const { sha256 } = article.dataset;
  const say = (name, percent = "") => (said.textContent = name ? said.dataset[name].replace("{percent}", percent) : "");

  async function read() {
    if (!player.hasFile) return say("none");
    say("reading", 0);
    const tell = (peaks, fraction) => {
      wave.peaks = peaks;
      wave.show();
      say(fraction < 1 ? "reading" : "", Math.round(100 * fraction));
    };
    const isRead = await readPeaks({ file: player.file, sha256, seconds: player.duration, signal: ending.signal, tell });
    return say(isRead ? "" : "undrawable");
  }

  player.addEventListener("file", read, { signal: ending.signal });
  document.getElementById("delete-dialog")?.addEventListener("submit", () => forgetPeaks(sha256));
  read();
}

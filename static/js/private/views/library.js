// Everything private of one person, with titles, filters and searching: all of it in this page alone.
import { sentence } from "../../editor/sentence.js";
import { Asking } from "../library/asking.js";
import { Bulk } from "../library/bulk.js";
import { showJobs } from "../library/jobs.js";
import { listenForKeys } from "../library/keyboard.js";
import { Rows } from "../library/rows.js";
import { isNarrowed, sifted } from "../search/sifted.js";

const REDRAWN_MS = 250;
const counting = (element, count, values = {}) => sentence(count === 1 ? element.dataset.one : element.dataset.many, { count, ...values });

export default function library(place, { vault, remote, shelf, words, signal }) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  const chosen = new Set();
  const rows = new Rows(place, chosen);
  const bulk = new Bulk(place, { shelf, chosen, signal });
  const asking = new Asking(part("asked"), words.asked, draw, signal);
  let [timer, failed] = [null, false];

  function draw() {
    clearTimeout(timer);
    timer = null;
    if (signal.aborted) return;
    const asked = (words.asked = asking.now);
    asking.offer(shelf.rows);
    const sifting = sifted(shelf.rows, words, asked);
    rows.show(sifting, asked.speaker);
    bulk.show(sifting.found.map(({ row }) => row), shelf.rows);
    tellFound(sifting, asked);
    tellWaiting();
    const isEmpty = !shelf.rows.length;
    part("some").hidden = isEmpty;
    part("empty").hidden = !isEmpty || shelf.waiting.length > 0 || !part("jobs").hidden;
  }

  /** While words come in, not for each of five hundred. */
  const soon = () => { timer ??= setTimeout(draw, REDRAWN_MS); };

  function tellFound({ found, query }, asked) {
    const told = part("found");
    const [done, total] = [words.count, shelf.rows.length];
    const left = query && done < total && sentence(failed ? told.dataset.lacking : told.dataset.part, { done, total, count: total - done });
    told.textContent = [counting(told, found.length), left].filter(Boolean).join(" · ");
    part("none").hidden = found.length > 0 || !isNarrowed(asked);
    part("none-help").hidden = !query;
    part("none-found").textContent = query ? sentence(part("none-found").dataset.words, { query: asked.words.trim() }) : part("none-found").dataset.filters;
  }

  function tellWaiting() {
    const refused = shelf.waiting.filter(({ isRefused }) => isRefused).length;
    part("waiting").hidden = !shelf.waiting.length;
    for (const [name, count] of [["refused", refused], ["opening", shelf.waiting.length - refused]]) {
      part(name).hidden = !count;
      part(name).textContent = count ? counting(part(name), count) : "";
    }
  }

  async function fill() {
    failed = await words.fill(() => words.asked.words && soon()).then(() => false, () => true);
    draw();
  }

  /** What has been heard since is locked with keys of its own, and then found too. */
  async function takeIn() {
    await shelf.load();
    await shelf.adoptAll().catch(() => {}); // what was not reached waits
    await fill();
  }

  place.addEventListener("click", ({ target }) => {
    const label = target.closest("[data-ask]");
    const star = target.closest("[data-star]");
    if (target.closest("[data-all-again]")) asking.clear();
    if (label) asking.only(label.dataset.ask, label.dataset.named);
    if (label || target.closest("[data-all-again]")) draw();
    if (star) shelf.favourite(star.closest("[data-row]").dataset.id, star.ariaPressed !== "true").catch(() => {});
  });
  const changed = () => soon();
  shelf.addEventListener("changed", changed, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  listenForKeys(place, rows, asking, signal);
  draw();
  const quietly = (work) => work().catch(() => {}); // what is not right is shown by the page
  quietly(async () => {
    await shelf.adoptAll();
    await fill();
  });
  showJobs(place, { vault, remote, signal }, () => quietly(takeIn)).then(draw);
}

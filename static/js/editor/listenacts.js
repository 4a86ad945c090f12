// The acts of acts.js that are about listening, and about when a segment begins and ends.
import { moved } from "./bounds.js";
import { clock } from "../media/words.js";

const JUMP_SECONDS = 5;
const ZOOM = 2;
const VOLUME_STEP = 0.1;

/** Nothing to be done without the file: the key then keeps its own meaning. */
const heard = (act) => (desk) => (desk.player.hasFile ? act(desk) : false);
const jump = (seconds) => ({ player }) => player.seek(player.time + seconds);
const louder = (steps) => ({ player: { settings } }) => {
  settings.set("volume", Math.min(1, Math.max(0, Math.round((settings.get("volume") + steps * VOLUME_STEP) * 10) / 10)));
};
const flip = (name) => ({ player: { settings } }) => settings.set(name, !settings.get(name));
const isOn = (name) => ({ player }) => player.settings.get(name);

/** To the segment `step` rows from the one at hand, with the caret in it if it was in another. */
const go = (step) => ({ listening, rows, typing, player }) => {
  const id = listening.row && rows.beside(listening.row.id, step);
  if (!id) return;
  const hadCaret = Boolean(typing.at);
  player.seek(listening.editing.row(id).start);
  if (hadCaret) typing.enter(id, 0);
  else rows.show(id);
};

/** By the step that was chosen; each press can be taken back. */
const nudge = (edge, direction) => ({ listening, typing, editing, player, part }) => {
  typing.commit();
  const { row } = listening;
  if (!row) return;
  const to = row[edge] + direction * player.settings.get("nudge");
  const operations = moved(editing.segments, row.id, edge, to, player.duration);
  editing.act(operations, row.id);
  const said = part("listening-said");
  const [start, end] = [row.start, row.end].map((time) => `${clock(time)}.${String(Math.round(time * 1000) % 1000).padStart(3, "0")}`);
  said.textContent = said.dataset.times.replace("{start}", start).replace("{end}", end);
};

export const listeningActs = [
  { id: "play", keys: "Space K Escape", run: heard(({ player }) => player.toggle()) },
  { id: "back", keys: "ArrowLeft J F2", run: heard(jump(-JUMP_SECONDS)) },
  { id: "forward", keys: "ArrowRight L F4", run: heard(jump(JUMP_SECONDS)) },
  { id: "slower", keys: "< F8", run: heard(({ player }) => player.faster(-1)) },
  { id: "faster", keys: "> F9", run: heard(({ player }) => player.faster(1)) },
  { id: "quieter", keys: "Shift+F8", run: louder(-1) },
  { id: "louder", keys: "Shift+F9", run: louder(1) },
  { id: "play-caret", keys: "Mod+Enter", run: heard(({ player, listening }) => player.playFrom(listening.caretTime ?? player.time)) },
  { id: "play-segment", keys: "Mod+Shift+Enter", run: heard(({ player, listening }) => listening.row && player.playFrom(listening.row.start)) },
  { id: "loop", keys: "R Mod+Shift+L", run: ({ listening }) => listening.toggleLoop(), isOn: ({ listening }) => listening.loop },
  { id: "skip-silence", keys: "", run: flip("skip"), isOn: isOn("skip") },
  { id: "follow", keys: "F", run: flip("follow"), isOn: isOn("follow") },
  { id: "segment-before", keys: "Alt+ArrowUp", run: go(-1) },
  { id: "segment-behind", keys: "Alt+ArrowDown", run: go(1) },
  { id: "zoom-in", keys: "+ =", run: ({ wave }) => wave.zoom(1 / ZOOM) },
  { id: "zoom-out", keys: "-", run: ({ wave }) => wave.zoom(ZOOM) },
  { id: "zoom-whole", keys: "0", run: ({ wave }) => wave.whole() },
  { id: "start-earlier", keys: "Alt+Shift+ArrowLeft", mac: "Ctrl+Shift+ArrowLeft", run: nudge("start", -1) },
  { id: "start-later", keys: "Alt+Shift+ArrowRight", mac: "Ctrl+Shift+ArrowRight", run: nudge("start", 1) },
  { id: "end-earlier", keys: "Alt+Shift+ArrowDown", mac: "Ctrl+Shift+ArrowDown", run: nudge("end", -1) },
  { id: "end-later", keys: "Alt+Shift+ArrowUp", mac: "Ctrl+Shift+ArrowUp", run: nudge("end", 1) },
];

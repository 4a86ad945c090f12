// What the keys and buttons of the subtitles do: a table as that of ../editor/acts.js, whose words
// stand in templates/transcripts/_keys_subtitles.html.
import { ACTS } from "../editor/acts.js";
import { nudge } from "./nudge.js";

const SHARED = "undo redo save keep-copy play back forward slower faster quieter louder follow keys".split(" ");
const ofTheEditor = (id) => ACTS.find((act) => act.id === id);

const isIdle = ({ timeline }) => !timeline.broken.length;

/** Where every cue keeps the rules, they say so. */
const ofBroken = (act) => (desk) => {
  if (!isIdle(desk)) return act(desk);
  const said = desk.part("said");
  said.textContent = said.dataset.nothing;
  return undefined;
};

export const SUBTITLE_ACTS = [
  ...SHARED.map(ofTheEditor),
  { ...ofTheEditor("start-earlier"), run: nudge("start", -1) },
  { ...ofTheEditor("start-later"), run: nudge("start", 1) },
  { ...ofTheEditor("end-earlier"), run: nudge("end", -1) },
  { ...ofTheEditor("end-later"), run: nudge("end", 1) },
  { id: "cue-before", keys: "Alt+ArrowUp", run: ({ list }) => list.go(-1) },
  { id: "cue-behind", keys: "Alt+ArrowDown", run: ({ list }) => list.go(1) },
  { id: "broken-next", keys: "N Alt+N", mac: "N Ctrl+Alt+N", run: ofBroken(({ list }) => list.goBroken(1)), isIdle },
  { id: "broken-previous", keys: "P Alt+P", mac: "P Ctrl+Alt+P", run: ofBroken(({ list }) => list.goBroken(-1)), isIdle },
  { id: "mend", keys: "M Alt+R", mac: "M Ctrl+Alt+R", run: ({ mending, list }) => mending.mend(list.at) },
  { id: "mend-all", keys: "Alt+Shift+R", mac: "Ctrl+Alt+Shift+R", run: ofBroken(({ mending }) => void mending.open()), isIdle },
  { id: "edit-text", keys: "E Alt+E", mac: "E Ctrl+Alt+E", run: ({ list }) => list.edit() },
];

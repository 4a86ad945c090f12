// A transcript as subtitles: its parts, put together.
import { showStatus } from "../editor/status.js";
import { bindKeys } from "../editor/keys.js";
import { SUBTITLE_ACTS } from "./acts.js";
import { showCount } from "./count.js";
import { CueList } from "./list.js";
import { Mending } from "./mending.js";
import { Rules } from "./rules.js";
import { showStage } from "./stage.js";
import { takeAlong } from "./taking.js";
import { Timeline } from "./timeline.js";

export function lay(desk) {
  const { part } = desk;
  desk.typing = { commit() {} }; // nothing is typed here
  desk.rules = new Rules(part("rules"));
  desk.timeline = new Timeline(desk);
  desk.mending = new Mending(desk);
  desk.list = new CueList(desk);
  showStatus(desk);
  bindKeys(desk, SUBTITLE_ACTS);
  showCount(desk);
  showStage(desk);
  (desk.takeAlong ?? takeAlong)(desk);
  desk.list.lay();
  part("opening").hidden = true;
  performance.mark("sotto-subtitles");
}

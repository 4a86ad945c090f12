// A transcript as subtitles: its parts, put together.
import { openDesk } from "../editor/desk.js";
import { showStatus } from "../editor/status.js";
import { bindKeys } from "../editor/keys.js";
import { SUBTITLE_ACTS } from "../subtitles/acts.js";
import { showCount } from "../subtitles/count.js";
import { CueList } from "../subtitles/list.js";
import { Mending } from "../subtitles/mending.js";
import { Rules } from "../subtitles/rules.js";
import { showStage } from "../subtitles/stage.js";
import { takeAlong } from "../subtitles/taking.js";
import { Timeline } from "../subtitles/timeline.js";

export default function subtitles(article) {
  return openDesk(article, (desk) => {
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
    takeAlong(desk);
    desk.list.lay();
    part("opening").hidden = true;
    performance.mark("sotto-subtitles");
  });
}

// A transcript as subtitles: its parts, put together.
import { opened } from "../editor/open.js";
import { StandardStore } from "../editor/store.js";
import { showStatus } from "../editor/status.js";
import { bindKeys } from "../editor/keys.js";
import { playerOf } from "../media/player.js";
import { SUBTITLE_ACTS } from "../subtitles/acts.js";
import { showCount } from "../subtitles/count.js";
import { CueList } from "../subtitles/list.js";
import { Mending } from "../subtitles/mending.js";
import { Rules } from "../subtitles/rules.js";
import { showStage } from "../subtitles/stage.js";
import { takeAlong } from "../subtitles/taking.js";
import { Timeline } from "../subtitles/timeline.js";

export default function subtitles(article) {
  const ending = new AbortController();
  const part = (name) => article.querySelector(`[data-${name}]`);
  const { transcript, kind } = article.dataset;
  const stopping = [];

  async function start() {
    const store = new StandardStore(transcript);
    const { editing, outbox } = await opened(store, { transcript, kind, dialog: part("clash-dialog"), ending });
    if (ending.signal.aborted) return;
    const typing = { commit() {} }; // nothing is typed here
    const desk = { article, part, store, editing, outbox, typing, player: playerOf(article), ending };
    stopping.push(() => outbox.flush({ keepalive: true }), () => outbox.stop());
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
  }

  start().catch((failed) => {
    part("opening").textContent = part("opening").dataset.failed;
    throw failed;
  });
  return () => {
    for (const stop of stopping) stop();
    ending.abort();
  };
}

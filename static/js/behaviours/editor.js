// The editor of a transcript: its parts, put together.
import { opened } from "../editor/open.js";
import { Rows } from "../editor/rows.js";
import { StandardStore } from "../editor/store.js";
import { Typing } from "../editor/typing.js";
import { showStatus } from "../editor/status.js";
import { bindKeys } from "../editor/keys.js";
import { follow } from "../editor/light.js";
import { arrive } from "../editor/arrive.js";
import { Listening } from "../editor/listen.js";
import { showOptions } from "../editor/options.js";
import { playerOf } from "../media/player.js";
import { showWave } from "../wave/show.js";
import { addParts } from "../editor/parts.js";
import { showWhatLacks } from "../editor/lacks.js";
import { plainText } from "../editor/plain.js";

export default function editor(article) {
  const ending = new AbortController();
  const part = (name) => article.querySelector(`[data-${name}]`);
  const { transcript, kind } = article.dataset;
  const stopping = [];

  async function start() {
    const store = new StandardStore(transcript);
    const { editing, outbox } = await opened(store, { transcript, kind, dialog: part("clash-dialog"), ending });
    if (ending.signal.aborted) return;
    const rows = new Rows(part("rows"), { template: part("row-template"), gap: part("gap-template") }, editing);
    const typing = new Typing(rows, editing);
    const player = playerOf(article);
    const desk = { article, part, store, editing, outbox, rows, typing, player, ending };
    stopping.push(() => typing.stop(), () => outbox.flush({ keepalive: true }), () => outbox.stop(), () => rows.stop());
    rows.lay();
    showStatus(desk);
    addParts(desk);
    showWhatLacks(desk);
    desk.listening = new Listening(desk);
    bindKeys(desk);
    showOptions(desk);
    follow(desk);
    showWave(desk);
    part("rows").addEventListener("sotto:text", ({ detail }) => (typing.commit(), (detail.text = plainText(editing))));
    part("opening").hidden = true;
    arrive(desk);
    performance.mark("sotto-editor");
    article.dispatchEvent(new CustomEvent("sotto:editor", { detail: desk }));
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

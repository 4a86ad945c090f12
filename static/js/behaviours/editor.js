// The editor of a transcript: its parts, put together.
import { openDesk } from "../editor/desk.js";
import { Rows } from "../editor/rows.js";
import { Typing } from "../editor/typing.js";
import { showStatus } from "../editor/status.js";
import { bindKeys } from "../editor/keys.js";
import { follow } from "../editor/light.js";
import { arrive } from "../editor/arrive.js";
import { Listening } from "../editor/listen.js";
import { showOptions } from "../editor/options.js";
import { showWave } from "../wave/show.js";
import { addParts } from "../editor/parts.js";
import { showWhatLacks } from "../editor/lacks.js";
import { plainText } from "../editor/plain.js";

export default function editor(article) {
  return openDesk(article, (desk) => {
    const { part, editing } = desk;
    const rows = new Rows(part("rows"), { template: part("row-template"), gap: part("gap-template") }, editing);
    const typing = new Typing(rows, editing);
    Object.assign(desk, { rows, typing });
    desk.leaving.push(() => typing.stop(), () => rows.stop());
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
  });
}

// The editor of a transcript: its parts, put together.
import { Rows } from "./rows.js";
import { Typing } from "./typing.js";
import { showStatus } from "./status.js";
import { bindKeys } from "./keys.js";
import { follow } from "./light.js";
import { arrive } from "./arrive.js";
import { Listening } from "./listen.js";
import { showOptions } from "./options.js";
import { showWave } from "../wave/show.js";
import { addParts } from "./parts.js";
import { showWhatLacks } from "./lacks.js";
import { plainText } from "./plain.js";

export function lay(desk) {
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
  desk.article.dispatchEvent(new CustomEvent("sotto:editor", { detail: desk }));
}

// What stands around the rows: each part knows the desk, and the acts of keys.js know the parts.
import { Again } from "./again.js";
import { Chosen } from "./chosen.js";
import { chooser } from "./chooser.js";
import { DoubtBar } from "./doubtbar.js";
import { FindBar } from "./findbar.js";
import { Glossary } from "./glossary.js";
import { machineSaid } from "./machine.js";
import { Marks } from "./marks.js";
import { Preview } from "./preview.js";
import { replacer } from "./replace.js";
import { SegmentDialog } from "./segment.js";
import { Speakers } from "./speakers.js";
import { Versions } from "./versions.js";

export function addParts(desk) {
  desk.chosen = new Chosen(desk);
  desk.speakers = new Speakers(desk);
  desk.chooseSpeaker = chooser(desk);
  desk.preview = new Preview(desk);
  desk.findBar = new FindBar(desk);
  replacer(desk);
  desk.glossary = new Glossary(desk);
  desk.doubtBar = new DoubtBar(desk);
  desk.segmentDialog = new SegmentDialog(desk);
  machineSaid(desk);
  desk.versions = new Versions(desk);
  desk.marks = new Marks(desk);
  if (desk.part("again")) desk.again = new Again(desk);
  for (const button of desk.article.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

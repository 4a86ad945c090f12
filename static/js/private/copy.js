// A shared copy to read: its words as text nodes. Finding in it is copyfind.js.
import { clock } from "../exports/numbers.js";
import { turnsOf } from "../exports/turns.js";
import { findIn } from "./copyfind.js";
import { showExports } from "./exports.js";

const VOICES = 8; // colours in tokens.css
const READ = { speakers: null, paragraphs: true, notes: false };

/** Fills the page's own markup with `{title, document}`. */
export function showCopy(place, { title, document: words }) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  if (title) part("title").textContent = title;
  part("length").textContent = clock(words.duration);
  const [turns, list, drawn] = [[...turnsOf(words, READ)], part("words"), place.querySelector("template[data-turn]")];
  if (/^[A-Za-z-]{2,16}$/.test(words.language)) list.lang = words.language;
  const voices = new Map(words.speakers.map(({ id }, at) => [id, (at % VOICES) + 1]));
  list.append(...turns.map((turn, at) => paragraph(drawn, turn, voices.get(turn.speaker), turn.speaker !== turns[at - 1]?.speaker)));
  part("wordless").hidden = turns.length > 0;
  findIn(part("find"), part("found"), [...list.querySelectorAll("p")]);
  showExports(place, { title, document: words, madeOn: "" });
}

function paragraph(drawn, { name, start, text }, voice, saysWho) {
  const section = drawn.content.cloneNode(true).firstElementChild;
  const [speaker, stamp, words] = section.children;
  if (voice) section.classList.add(`voice-${voice}`);
  if (name && saysWho) speaker.textContent = name;
  else speaker.remove();
  stamp.textContent = clock(start);
  words.textContent = text;
  return section;
}

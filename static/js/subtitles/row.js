// One cue as a row: its times, its lines, its figures, and in words what it breaks.
import { sentence } from "../editor/sentence.js";
import { exactTime } from "../editor/times.js";
import { figuresOf } from "./judge.js";

const digits = (most) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: most });
const [one, two] = [digits(1), digits(2)];

/** "Begin 0.2 s earlier · Join it with its neighbour" */
export function waysInWords(ways, words) {
  return ways.map(({ way, ms }) => sentence(words[way], { seconds: ms === undefined ? "" : two.format(ms / 1000) })).join(" · ");
}

/** `repair` is what would help, or null. */
export function rowOf(template, cue, options, repair) {
  const element = template.content.firstElementChild.cloneNode(true);
  const part = (name) => element.querySelector(`[data-${name}]`);
  const words = template.dataset;
  const { seconds, speed, widths } = figuresOf(cue);
  const values = {
    ...options, number: cue.number, lines: cue.lines.length, chars: Math.max(...widths),
    seconds: two.format(seconds), speed: one.format(speed), widths: widths.join(" · "),
    start: exactTime(cue.startMs / 1000), end: exactTime(cue.endMs / 1000),
  };
  element.dataset.cue = cue.number - 1;
  element.classList.toggle("is-broken", cue.problems.length > 0);
  part("number").textContent = cue.number;
  part("times").textContent = sentence(words.times, values);
  part("lines").textContent = cue.lines.join("\n");
  part("figures").textContent = sentence(words.figures, values);
  part("edit").setAttribute("href", `${part("edit").getAttribute("href")}#t=${cue.startMs / 1000}`);
  part("edit").setAttribute("aria-label", sentence(words.edit, values));
  if (!cue.problems.length) return element;
  part("problems").hidden = false;
  part("problems").append(...cue.problems.map((problem) => item(sentence(words[problem], values))));
  part("problems").append(item(repair ? waysInWords(repair.ways, words) : words.hopeless, "cue-help"));
  part("mend").hidden = !repair;
  const ways = repair ? waysInWords(repair.ways, words) : "";
  part("mend").setAttribute("aria-label", sentence(words.mend, { ...values, ways }));
  return element;
}

function item(text, className = "cue-problem") {
  const element = document.createElement("li");
  element.className = className;
  element.textContent = text;
  return element;
}

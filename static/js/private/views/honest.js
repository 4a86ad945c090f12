// What is protected and what is not, with the figures that the code works with.
import { BLOCK_BYTES } from "../../crypto/format.js";
import { ITERATIONS } from "../../crypto/keys.js";
import { sentence } from "../../editor/sentence.js";
import { facts } from "../facts.js";
import { measured } from "../measure.js";

const language = () => document.documentElement.lang || undefined;
const told = (value) => (typeof value === "number" ? new Intl.NumberFormat(language()).format(value) : value);
const allTold = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, told(value)]));

export default function honest(place, { say, signal }) {
  const table = Object.fromEntries(facts());
  const { addresses } = table.source;
  for (const words of place.querySelectorAll("[data-fact]")) fill(words, table[words.dataset.fact]);
  for (const words of place.querySelectorAll("[data-figures]")) fill(words, { block: BLOCK_BYTES / 1024, idleMinutes: table.storage.idleMinutes });
  place.querySelector("[data-source]").replaceChildren(...addresses.map(linked));
  const button = place.querySelector("[data-measure]");
  button.addEventListener("click", () => measure(place, button, { say, signal }), { signal });
}

function fill(element, values) {
  element.textContent = sentence(element.textContent, allTold(values));
}

function linked(address) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = new URL(address).pathname.split("/").pop();
  item.append(link);
  return item;
}

async function measure(place, button, { say, signal }) {
  const answer = place.querySelector("[data-measured]");
  button.disabled = true;
  answer.textContent = answer.dataset.busy;
  const words = await measured().then(
    (ms) => sentence(answer.dataset.words, allTold({ iterations: ITERATIONS.usual, seconds: Math.max(ms, 1) / 1000 })),
    () => answer.dataset.failed, // where browsers have no cryptography
  );
  if (signal.aborted) return;
  [answer.textContent, button.disabled] = [words, false];
  button.focus(); // disabling it had taken the focus
  say(words);
}

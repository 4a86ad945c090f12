// Everything private is given up, by whoever can open it no more, or would rather not. Needs no keys.
import { sentence } from "../../editor/sentence.js";
import { withProof } from "../prove.js";
import { startOver } from "../rekey.js";
import { told } from "../sentences.js";

const folded = (text) => text.trim().toLocaleLowerCase();

export default function startingOver(place, { session, remote, go, signal }) {
  const form = place.querySelector("form");
  const { word } = form.elements;
  const said = form.querySelector("[data-said]");
  count(place, remote, signal);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isMeant = folded(word.value) === folded(word.dataset.word);
    said.textContent = isMeant ? "" : sentence(said.dataset.other, { word: word.dataset.word });
    if (!isMeant) return word.focus();
    const failed = await withProof(place, () => startOver(session));
    if (!failed) return go("/private/setup/");
    said.textContent = told(failed);
    return word.focus();
  }, { signal });
  return () => form.reset();
}

/** How many it is, as the server says; whoever is locked out cannot read which. */
async function count(place, remote, signal) {
  const counted = await remote.list().then(({ results }) => results.length, () => null);
  if (signal.aborted || counted === null) return;
  const words = place.querySelector("[data-count]");
  const form = new Intl.PluralRules(document.documentElement.lang).select(counted);
  words.textContent = sentence(counted ? (words.dataset[form] ?? words.dataset.other) : words.dataset.zero, { count: counted });
}

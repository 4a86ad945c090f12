// Somebody gets a passphrase: drawn, or their own, and typed back once.
import { sentence } from "../../editor/sentence.js";
import { forgetSecrets, secretFields } from "../fields.js";
import { listsAt, ownWords } from "../judge.js";
import { proven } from "../prove.js";
import { told as toldOf } from "../sentences.js";
import { mounted, stepper } from "../steps.js";
import { CARDS, LEAST_CHARACTERS, judged, sameAs, secondsToFind, told } from "../strength.js";
import { bitsOf, offered } from "../words.js";

/** Fills `place`. Resolves to the passphrase once it was typed back; never where the view ends before. */
export async function choosePassphrase(place, { uid, signal }) {
  mounted(place, "passphrase");
  secretFields(place, uid);
  signal.addEventListener("abort", () => forgetSecrets(place));
  const show = stepper(place);
  const lists = await listsAt(place.querySelector("[data-lists]").dataset).catch(() => null);
  if (signal.aborted) return new Promise(() => {});
  if (!lists) return toldInstead(place);
  const own = await ownWords();
  return new Promise((resolve) => {
    const back = typedBack(place, show, resolve);
    drawing(place, lists, back);
    choosing(place, { ...lists, own }, back);
    place.querySelector("[data-to-own]").addEventListener("click", () => show("own"));
    for (const button of place.querySelectorAll("[data-to-drawn]")) button.addEventListener("click", () => show("drawn"));
    show("drawn");
  });
}

function toldInstead(place) {
  place.textContent = toldOf("later");
  return new Promise(() => {});
}

const times = (bits) => ({ one: told(secondsToFind(bits), document.documentElement.lang), many: told(secondsToFind(bits, CARDS.many), document.documentElement.lang) });

function drawing(place, { drawn }, back) {
  const step = place.querySelector("[data-step=drawn]");
  const [words, strength] = [step.querySelector("[data-words-drawn]"), step.querySelector("[data-strength]")];
  const draw = () => (words.textContent = offered(drawn));
  strength.textContent = sentence(strength.dataset.words, times(bitsOf(drawn)));
  step.querySelector("[data-draw]").addEventListener("click", draw);
  step.querySelector("[data-use]").addEventListener("click", () => back(words.textContent));
  draw();
}

function choosing(place, about, back) {
  const form = place.querySelector("[data-step=own]");
  const { passphrase, password, passkey } = form.elements;
  const [said, strength] = [form.querySelector("[data-said]"), form.querySelector("[data-strength]")];
  const words = strength.dataset;
  const wrongWords = (wrong) => sentence(said.dataset[wrong], { least: LEAST_CHARACTERS, count: [...passphrase.value.normalize("NFC")].length });
  passkey.addEventListener("change", () => {
    password.disabled = passkey.checked;
  });
  passphrase.addEventListener("input", async () => {
    const { wrong, bits, level } = await judged(passphrase.value, about);
    strength.textContent = wrong ? wrongWords(wrong) : sentence(words[level], times(bits));
    strength.dataset.level = wrong ? "wrong" : level;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = said.dataset.comparing;
    const unproven = passkey.checked ? "" : await proven(form.dataset.address, password.value);
    const isLogin = passkey.checked || unproven ? undefined : await sameAs(password.value);
    const { wrong } = unproven ? {} : await judged(passphrase.value, { ...about, isLogin });
    said.textContent = unproven ? said.dataset[`password_${unproven}`] : wrong ? wrongWords(wrong) : "";
    if (unproven || wrong) return (unproven ? password : passphrase).focus();
    password.value = "";
    return back(passphrase.value);
  });
}

function typedBack(place, show, resolve) {
  const form = place.querySelector("[data-step=again]");
  const said = form.querySelector("[data-said]");
  let chosen = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isSame = form.elements.again.value.normalize("NFC") === chosen.normalize("NFC");
    said.textContent = isSame ? "" : said.dataset.other;
    if (!isSame) return form.elements.again.select();
    forgetSecrets(place);
    return resolve(chosen);
  });
  return (passphrase) => {
    chosen = passphrase;
    show("again");
    form.elements.again.focus();
  };
}

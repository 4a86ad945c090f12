// The keys themselves: how they stand, and what can be changed about them.
import { ITERATIONS } from "../../crypto/keys.js";
import { sentence } from "../../editor/sentence.js";
import { read } from "../code.js";
import { forgetSecrets, secretFields } from "../fields.js";
import { ACTS } from "../keyacts.js";
import { taken } from "../parts/code.js";
import { withProof } from "../prove.js";
import { opens } from "../rekey.js";
import { readRing } from "../ring.js";
import { told } from "../sentences.js";

let done = ""; // said once the page shows this view again, with the keys that are new

export default function keys(place, context) {
  secretFields(place, context.uid);
  showFacts(place, context);
  place.querySelector("[data-check]").addEventListener("submit", (event) => check(event, context));
  for (const form of place.querySelectorAll("[data-act]")) form.addEventListener("submit", (event) => begin(event, place, context));
  if (done) {
    place.querySelector("[data-done]").textContent = told(done);
    place.querySelector("[data-done]").hidden = false;
    context.say(told(done));
  }
  done = "";
  return () => forgetSecrets(place);
}

async function showFacts(place, { session, vault, signal }) {
  const { since, ring = vault.ring } = await readRing();
  if (signal.aborted) return;
  const language = document.documentElement.lang;
  const iterations = Math.min(...vault.ring.slots.flatMap(({ iter }) => iter ?? []));
  const number = (value) => value.toLocaleString(language);
  const values = { iterations: number(iterations), usual: number(ITERATIONS.usual), epoch: number(ring?.epoch ?? vault.ring.epoch), pin: number(session.pins.highest) };
  values.since = since ? new Date(since).toLocaleDateString(language, { dateStyle: "long" }) : "–";
  for (const words of place.querySelectorAll("[data-fill]")) words.textContent = sentence(words.textContent, values);
  place.querySelector("[data-weak]").hidden = iterations >= ITERATIONS.usual;
}

/** A test of what is on the paper: nothing comes of it. */
async function check(event, { session }) {
  event.preventDefault();
  const form = event.target;
  const [said, right] = [form.querySelector("[data-said]"), form.querySelector("[data-right]")];
  right.hidden = true;
  const { bytes, slip } = taken(form.elements.code.value);
  const failed = slip ? null : await opens(session, bytes);
  said.textContent = slip ?? (failed ? told(failed) : "");
  right.hidden = Boolean(said.textContent);
  if (said.textContent) return form.elements.code.focus();
  return form.reset();
}

async function begin(event, place, context) {
  event.preventDefault();
  const form = event.target;
  const [panel, said] = [form.parentElement, form.querySelector("[data-said]")];
  const part = panel.querySelector("[data-place]");
  const busy = (id) => {
    panel.querySelector("[data-work]").hidden = !id;
    panel.querySelector("[data-work-words]").textContent = id ? told(id) : "";
    form.querySelector("[type=submit]").disabled = Boolean(id);
  };
  const refuse = (id) => {
    busy(null);
    [form.hidden, part.hidden, said.textContent] = [false, true, told(id)];
    form.elements.secret.focus();
  };
  const secret = secretOf(form);
  said.textContent = "";
  busy("deriving");
  const wrong = await opens(context.session, secret);
  if (context.signal.aborted) return;
  if (wrong) return refuse(wrong);
  busy(null);
  [form.hidden, part.hidden] = [true, false];
  const act = form.dataset.act;
  const finish = await ACTS[act]({ ...context, part, secret, busy });
  busy("changing");
  done = `${act}_done`;
  const failed = await withProof(place, finish);
  if (!failed) return;
  done = "";
  refuse(failed);
}

/** A passphrase, or the code, where what was typed is a whole one. */
function secretOf({ elements: { secret }, dataset: { only } }) {
  return only === "passphrase" ? secret.value : (read(secret.value).bytes ?? secret.value);
}

// Says why it is locked, and unlocks: with the passphrase, or with the code and another passphrase.
import { sentence } from "../../editor/sentence.js";
import { forgetSecrets, secretFields } from "../fields.js";
import { taken } from "../parts/code.js";
import { choosePassphrase } from "../parts/passphrase.js";
import { withProof } from "../prove.js";
import { anotherSecret, opens } from "../rekey.js";
import { readRing } from "../ring.js";
import { told } from "../sentences.js";
import { IDLE_MS } from "../session.js";
import { stepper } from "../steps.js";

export default function locked(place, context) {
  const show = stepper(place, "stage");
  explain(place, context.why);
  secretFields(place, context.uid);
  for (const button of place.querySelectorAll("[data-with]")) {
    button.addEventListener("click", () => show(button.dataset.with).querySelector("[name=passphrase], [name=code]").focus());
  }
  const forms = { passphrase: withPassphrase, code: withCode };
  for (const [name, opened] of Object.entries(forms)) {
    const form = place.querySelector(`[data-stage=${name}]`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      opened(form, context, { place, show });
    });
  }
  return () => forgetSecrets(place);
}

async function withPassphrase(form, { session, uid, ring }) {
  const { passphrase } = form.elements;
  const busy = (step) => {
    form.querySelector("[data-work]").hidden = !step;
    form.querySelector("[data-work-words]").textContent = step ? told(step) : "";
    form.querySelector("[type=submit]").disabled = Boolean(step);
  };
  wrong(form, passphrase, null);
  busy("reading");
  const read = await readRing();
  if (read.uid && read.uid !== uid) return location.reload(); // somebody else has logged in
  const isOffline = read.reason === "later";
  const failed = read.reason && !isOffline ? read.reason : await session.unlock(read.ring ?? ring, passphrase.value, busy);
  busy(null);
  return failed && wrong(form, passphrase, told(failed));
}

async function withCode(form, { session, uid, signal }, { place, show }) {
  const { code } = form.elements;
  const { bytes, slip } = taken(code.value);
  wrong(form, code, slip);
  if (slip) return;
  const failed = await opens(session, bytes);
  wrong(form, code, failed && told(failed));
  if (failed || signal.aborted) return;
  const passphrase = await choosePassphrase(show("choice"), { uid, signal });
  await locksWith(place, show("work"), () => anotherSecret(session, bytes, passphrase));
}

/** Where it works the session is unlocked, and this view is gone. */
async function locksWith(place, step, act) {
  const retry = step.querySelector("[data-retry]");
  retry.onclick = () => locksWith(place, step, act);
  retry.hidden = true;
  const failed = await withProof(place, act);
  if (!failed) return;
  step.querySelector("[data-said]").textContent = told(failed);
  retry.hidden = false;
  retry.focus();
}

function wrong(form, field, words) {
  form.querySelector("[data-said]").textContent = words ?? "";
  if (!words) return field.removeAttribute("aria-invalid");
  field.setAttribute("aria-invalid", "true");
  return field.focus();
}

function explain(place, why) {
  const minutes = IDLE_MS / 60_000;
  const reason = place.querySelector(`[data-why="${why}"]`);
  if (reason) reason.hidden = false;
  for (const words of place.querySelectorAll("[data-why], [data-fill]")) words.textContent = sentence(words.textContent, { minutes });
}

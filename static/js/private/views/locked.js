// Says why it is locked, and unlocks.
import { sentence } from "../../editor/sentence.js";
import { forgetSecrets, secretFields } from "../fields.js";
import { readRing } from "../ring.js";
import { told } from "../sentences.js";
import { IDLE_MS } from "../session.js";

export default function locked(place, { session, uid, ring, why }) {
  const form = place.querySelector("[data-door=passphrase]");
  const said = form.querySelector("[data-said]");
  const work = form.querySelector("[data-work]");
  const { passphrase } = form.elements;
  explain(place, why);
  secretFields(form, uid);

  const busy = (step) => {
    work.hidden = !step;
    form.querySelector("[data-work-words]").textContent = step ? told(step) : "";
    form.querySelector("[type=submit]").disabled = Boolean(step);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    busy("reading");
    const read = await readRing();
    if (read.uid && read.uid !== uid) return location.reload();
    const failed = read.reason && read.reason !== "later" ? read.reason : await session.unlock(read.ring ?? ring, passphrase.value, busy);
    busy(null);
    if (!failed) return undefined;
    said.textContent = told(failed);
    passphrase.setAttribute("aria-invalid", "true");
    passphrase.select();
    return passphrase.focus();
  });
  return () => forgetSecrets(place);
}

function explain(place, why) {
  const minutes = IDLE_MS / 60_000;
  const reason = place.querySelector(`[data-why="${why}"]`);
  if (reason) reason.hidden = false;
  for (const words of place.querySelectorAll("[data-why], .help")) words.textContent = sentence(words.textContent, { minutes });
}

// Keys are made here, and nothing is private before their owner has shown that the recovery code is kept.
import { ITERATIONS } from "../../crypto/keys.js";
import { create } from "../../crypto/vault.js";
import { sentence } from "../../editor/sentence.js";
import { keepCode } from "../parts/code.js";
import { choosePassphrase } from "../parts/passphrase.js";
import { withProof } from "../prove.js";
import { putFirst, readRing } from "../ring.js";
import { told } from "../sentences.js";
import { stepper } from "../steps.js";

export default function setup(place, context) {
  const begin = place.querySelector("[data-begin]");
  if (globalThis.isSecureContext === false) {
    place.querySelector("[data-stage=intro] [data-said]").textContent = told("insecure_context");
    begin.disabled = true;
  }
  place.querySelector("[data-known]").hidden = !context.session?.pins.publicKey;
  begin.addEventListener("click", () => walked(place, context));
}

async function walked(place, { session, uid, signal, again, say }) {
  const show = stepper(place, "stage");
  guardLeaving(place.querySelector("[data-leave]").textContent, signal, again);
  const passphrase = await choosePassphrase(show("choice"), { uid, signal });
  show("work");
  const began = performance.now();
  const { ring, code } = await create(uid, passphrase, ITERATIONS.usual, session.pins.after());
  if (signal.aborted) return;
  tellCost(place.querySelector("[data-cost]"), performance.now() - began);
  await keepCode(show("code"), { uid, code, signal });
  code.fill(0);
  await leftWithServer(place, show("finish"), ring);
  if (signal.aborted) return;
  session.pins.see(ring.epoch, ring.pk);
  await session.unlock(ring, passphrase);
  say(told("set_up"));
}

function tellCost(words, ms) {
  const language = document.documentElement.lang;
  const rounds = ITERATIONS.usual.toLocaleString(language);
  const unit = { style: "unit", unit: "second", unitDisplay: "long", maximumSignificantDigits: 2 };
  words.textContent = sentence(words.dataset.words, { rounds, seconds: new Intl.NumberFormat(language, unit).format(ms / 1000) });
  words.hidden = false;
}

/** What was shown is worth nothing before the end: whoever goes elsewhere is asked, and who comes back begins anew. */
function guardLeaving(words, signal, again) {
  addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  addEventListener("pagehide", () => again(), { signal });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("a[data-go]") || confirm(words)) return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal, capture: true });
}

/** Resolves when they are there. */
function leftWithServer(place, step, ring) {
  const [said, retry] = [step.querySelector("[data-said]"), step.querySelector("[data-retry]")];
  return new Promise((resolve) => {
    const put = async () => {
      retry.hidden = true;
      const failed = await withProof(place, () => putOrThere(ring));
      if (!failed) return resolve();
      said.textContent = told(failed);
      retry.hidden = failed === "plan" || failed === "reload";
      return retry.focus();
    };
    retry.addEventListener("click", put);
    put();
  });
}

/** Null, or a reason. Where the first answer was lost on its way, the ring that is there is ours. */
async function putOrThere(ring) {
  const { reason = null } = await putFirst(ring);
  if (reason !== "reload") return reason;
  const there = await readRing();
  return there.ring?.pk === ring.pk ? null : reason;
}

// "Download everything": asks for the passphrase, and says how far it is and what is not in it.
import { unlock } from "../../crypto/vault.js";
import { sentence } from "../../editor/sentence.js";
import { save } from "../../exports/save.js";
import { bundled } from "../bundle.js";
import { forgetSecrets, secretFields } from "../fields.js";
import { entriesOf } from "../manifest.js";
import { RemoteFailed } from "../remote.js";
import { readRing } from "../ring.js";
import { told } from "../sentences.js";
import { sentenceOf } from "../session.js";

const counted = (element, count, values = {}) => sentence(count === 1 ? element.dataset.one : element.dataset.many, { count, ...values });

export default function everything(place, context) {
  const form = place.querySelector("[data-everything]");
  const cancel = form.querySelector("[data-cancel]");
  let stopping = null;
  secretFields(form, context.uid);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = new AbortController();
    busy(form, true);
    tell(place, {});
    const wrong = await downloaded(place, form, context, stopping.signal).catch((failed) => (stopping.signal.aborted ? "" : whyOf(failed, form)));
    stopping = null;
    busy(form, false);
    form.querySelector("[data-said]").textContent = wrong;
    if (wrong) form.elements.passphrase.focus();
  });
  const stop = () => stopping?.abort();
  cancel.addEventListener("click", stop);
  context.signal.addEventListener("abort", stop);
  return () => forgetSecrets(place);
}

/** "" or what went wrong, in words. */
async function downloaded(place, form, { session, uid, ring: before, remote, shelf }, signal) {
  const isPlain = form.elements.kind.value === "plain";
  const { ring = before, reason } = await readRing();
  if (reason && reason !== "later") return told(reason);
  const secret = form.elements.passphrase.value;
  let vault;
  try {
    vault = await unlock(uid, ring, secret, session.pins.highest);
  } catch (failed) {
    return told(sentenceOf(failed, ring, secret));
  }
  forgetSecrets(form.querySelector(".private-secret"));
  const listing = await remote.list();
  if (!listing.results.length) return form.querySelector("[data-said]").dataset.none;
  const { entries } = await entriesOf(vault, listing.manifest, session.pins.manifestOf(ring));
  signal.throwIfAborted();
  const besides = isPlain ? [] : await filesBesides(place, form);
  const words = form.querySelector("[data-work-words]");
  const bar = form.querySelector("progress");
  const progress = (done, all) => {
    Object.assign(bar, { max: all, value: done });
    words.textContent = sentence(words.dataset.fetching, { done, all });
  };
  const { archive, count, lacking } = await bundled({ vault, remote, listing, entries, besides, isPlain, signal, tell: progress });
  const name = `sotto-private-${new Date().toISOString().slice(0, 10)}${isPlain ? "-plain" : ""}.zip`;
  save(archive, archive.type, name);
  tell(place, { count, name, lacking, titleOf: (id) => shelf?.row(id)?.title });
  return "";
}

/** The page that opens it, and what to do with it. */
async function filesBesides(place, form) {
  const answer = await fetch(form.dataset.page, { credentials: "omit", redirect: "error" }).catch(() => null);
  if (!answer?.ok) throw new RemoteFailed(answer?.status ?? 0);
  const lines = [...place.querySelector("[data-read-me]").content.children].map(({ textContent }) => `${textContent}\n`);
  const readMe = sentence(lines.join("\n"), { sha256: place.querySelector(".secret").textContent });
  return [["READ-ME.txt", new TextEncoder().encode(readMe)], ["sotto-offline.html", new Uint8Array(await answer.arrayBuffer())]];
}

function tell(place, { count = 0, name, lacking = [], titleOf }) {
  const part = (which) => place.querySelector(`[data-${which}]`);
  part("saved").hidden = !count;
  part("saved").textContent = count ? counted(part("saved"), count, { name }) : "";
  part("lacking").hidden = part("lacking-list").hidden = !lacking.length;
  part("lacking").textContent = lacking.length ? counted(part("lacking"), lacking.length) : "";
  const list = part("lacking-list");
  list.replaceChildren(...lacking.map(({ id, why }) => {
    const item = document.createElement("li");
    item.textContent = sentence(list.dataset[why], { title: titleOf(id) || list.dataset.untitled });
    return item;
  }));
}

function busy(form, isBusy) {
  form.querySelector("[data-work]").hidden = !isBusy;
  form.querySelector("[data-work-words]").textContent = isBusy ? told("deriving") : "";
  form.querySelector("progress").removeAttribute("value");
  form.querySelector("[type=submit]").disabled = isBusy;
  form.querySelector("[data-cancel]").hidden = !isBusy;
}

function whyOf(failed, form) {
  const { dataset } = form.querySelector("[data-said]");
  if (failed.what) return told(`tampered_${failed.what}`);
  if (!(failed instanceof RemoteFailed)) return dataset.failed;
  return failed.status === 401 ? dataset.relogin : dataset.unreached;
}

// A Standard transcript on its way to Private: fetched as it is, sealed here, and sent back as ciphertext.
import { RemoteFailed } from "../remote.js";
import { firstOf } from "../texts.js";

export default function lock(place, { vault, remote, shelf, session, go, signal, params: { id } }) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  const say = (name) => (part("problem").textContent = name && place.querySelector(`[data-says="${name}"]`).textContent);
  let plain = null;

  async function fetchIt() {
    plain = await remote.plain(id);
    if (signal.aborted) return;
    if (plain.private) return go(`/private/t/${id}/`);
    if (plain.title) part("name").textContent = plain.title;
    part("asked").hidden = false;
  }

  /** A server that knows a key of it of old wants the next. */
  async function sealed(dekVersion) {
    const { document, title, folder, tags } = plain;
    const { body, text } = await firstOf(vault, id, document, { title, folder, tags }, dekVersion);
    try {
      await remote.makePrivate(id, body, plain.version);
    } catch (failed) {
      const { errors, dek_version: before } = failed.problem ?? {};
      if (errors?.dek && before >= dekVersion && before < Number.MAX_SAFE_INTEGER) return sealed(before + 1);
      throw failed;
    }
    return text;
  }

  async function make() {
    part("make").disabled = true;
    say("");
    try {
      const { version, dekVersion, dekEnv, about } = await sealed(1);
      await shelf.saved(id, version, dekVersion, about, { version: dekVersion, env: dekEnv });
      await shelf.load();
      go(`/private/t/${id}/`);
    } catch (failed) {
      part("make").disabled = false;
      await tell(failed);
    }
  }

  async function tell(failed) {
    if (!(failed instanceof RemoteFailed)) throw failed;
    if (failed.problem.errors?.ring_epoch) return session.lock("rotated");
    if (failed.status === 409) return fetchIt().then(() => say("changed"), tell);
    return say({ 403: "plan", 404: "gone" }[failed.status] ?? (failed.isPassing ? "later" : "refused"));
  }

  part("make").addEventListener("click", make);
  fetchIt().catch(tell);
}

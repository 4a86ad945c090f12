// Says what is not as its owner left it. Only they can know whether that is right.
import { sentence } from "../../editor/sentence.js";
import { RemoteFailed } from "../remote.js";
import { ACCEPTABLE } from "../shelf.js";

export default function stopped(place, { session, shelf, params: { what }, again }) {
  const count = shelf.suspects.length;
  const words = place.querySelector(`[data-what="${what}"]`);
  words.textContent = sentence((count > 1 && words.dataset.many) || words.dataset.one, { count });
  words.hidden = false;
  place.querySelector("[data-lock-now]").addEventListener("click", () => session.lock("asked"));
  const accept = place.querySelector("[data-accept]");
  accept.hidden = !ACCEPTABLE.includes(what);
  accept.addEventListener("click", async () => {
    accept.disabled = true;
    const failed = await shelf.accept().then(() => null, (why) => why);
    if (!(failed instanceof RemoteFailed)) return failed ? undefined : again(); // else it was told, and shown
    place.querySelector("[data-trouble]").hidden = false;
    accept.disabled = false;
    return undefined;
  });
}

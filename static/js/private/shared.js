// The page of a link to a copy of a private transcript: opens it here, for whoever has the whole link.
import { Refused } from "../crypto/format.js";
import { readerOf, secretOf } from "./links.js";
import { showCopy } from "./copy.js";
import { Remote } from "./remote.js";

const place = document.querySelector("[data-place]");
const [, , id] = location.pathname.split("/");
const fragment = location.hash;
history.replaceState(null, "", location.pathname); // neither history nor whoever looks at the screen keeps the key
const remote = new Remote((address, options) => fetch(address, { ...options, credentials: "omit" })); // whoever opens it stays unknown

const stateOf = (name) => document.querySelector(`template[data-state="${name}"]`).content.cloneNode(true);

function show(name) {
  place.replaceChildren(stateOf(name));
  place.removeAttribute("aria-busy");
  place.querySelector("[data-again]")?.addEventListener("click", () => begin());
  (place.querySelector("[autofocus]") ?? place.querySelector("h1"))?.focus();
}

/** Which state of the page says what went wrong. */
function stateAfter(error) {
  if (error instanceof Refused) return "damaged";
  if (error.status === 404) return "gone";
  if (error.problem?.code === "share_locked") return "wait";
  if (error.problem?.code === "share_key_wrong") return "incomplete";
  return "later";
}

async function begin() {
  show("opening");
  if (!globalThis.isSecureContext) return show("insecure");
  let secret;
  try {
    secret = secretOf(fragment);
  } catch {
    return show("incomplete");
  }
  try {
    if (document.prerendering) await new Promise((go) => document.addEventListener("prerenderingchange", go, { once: true }));
    const { kdf } = await remote.sharedKdf(id);
    if (kdf) return ask(secret, kdf);
    return await open(secret, null);
  } catch (error) {
    return show(stateAfter(error));
  }
}

async function open(secret, kdf, password) {
  const { token, opened } = await readerOf(id, secret, kdf, password);
  const { env } = await remote.shared(id, token);
  const copy = await opened(env);
  show("shown");
  showCopy(place, copy);
}

function ask(secret, kdf) {
  show("asking");
  const form = place.querySelector("form");
  const [field, button, work, problem] = ["input", "button", "[data-work]", "[data-problem]"].map((name) => form.querySelector(name));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    [button.disabled, work.hidden, problem.hidden] = [true, false, true];
    try {
      await open(secret, kdf, field.value);
    } catch (error) {
      tell(error);
    }
  });

  function tell(error) {
    const name = error instanceof Refused || error.status === 404 ? null : (error.problem?.code ?? "unreached");
    if (!name) return show(stateAfter(error));
    const known = document.querySelector(`template[data-state="${CSS.escape(name)}"]`) ? name : "unreached";
    [button.disabled, work.hidden, problem.hidden] = [false, true, false];
    problem.replaceChildren(stateOf(known));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", problem.id);
    field.select();
    return field.focus();
  }
}

begin();

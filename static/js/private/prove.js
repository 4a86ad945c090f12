// Asks for the login password where the server wants a fresh proof, without leaving the page: leaving locks it.
import { csrfToken } from "../csrf.js";

/** "" where it was right, else the name of a sentence: "wrong" or "later". */
export async function proven(address, password, ask = fetch) {
  const body = new URLSearchParams({ password });
  const headers = { "X-CSRFToken": csrfToken() };
  const answer = await ask(address, { method: "POST", headers, body, credentials: "same-origin", cache: "no-store", redirect: "manual", referrerPolicy: "no-referrer" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return ""; // it leads on only when it was right
  return answer?.status === 200 || answer?.status === 400 ? "wrong" : "later";
}

/** Resolves to the password, or to null where somebody would rather not. `place` holds `private/_prove.html`. */
export function prove(place) {
  const dialog = place.querySelector("[data-prove]");
  const form = dialog.querySelector("form");
  const field = form.elements.password;
  const said = form.querySelector("[data-said]");
  const before = document.activeElement;
  said.textContent = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    const listening = new AbortController();
    const { signal } = listening;
    const end = (answer) => {
      listening.abort();
      form.reset();
      dialog.close();
      before?.focus();
      resolve(answer);
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const password = field.value;
      const wrong = await proven(dialog.dataset.address, password);
      if (signal.aborted) return;
      if (!wrong) return end(password);
      said.textContent = said.dataset[wrong];
      field.select();
      field.focus();
    }, { signal });
    form.querySelector("[data-cancel]").addEventListener("click", () => end(null), { signal });
    dialog.addEventListener("cancel", () => end(null), { signal });
  });
}

/** Does it, and once more after a proof, where the server wants one. */
export async function withProof(place, act) {
  const failed = await act();
  if (failed !== "reauthenticate") return failed;
  return (await prove(place)) === null ? failed : act();
}

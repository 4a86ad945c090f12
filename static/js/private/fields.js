// What every form with a secret in it does: shows it when asked, and forgets it.
import { sentence } from "../editor/sentence.js";

/** Buttons that show what is typed, and the name under which a password manager keeps it. */
export function secretFields(place, uid) {
  for (const button of place.querySelectorAll("[data-reveal]")) {
    const field = place.querySelector(`[name="${button.dataset.reveal}"]`);
    button.addEventListener("click", () => {
      const isShown = field.type === "text";
      field.type = isShown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!isShown));
      field.focus();
    });
  }
  for (const field of place.querySelectorAll("[data-username]")) field.value = sentence(field.dataset.words, { uid });
}

/** Neither the browser nor the page behind a closed view holds what was typed. */
export function forgetSecrets(place) {
  for (const field of place.querySelectorAll("input, textarea")) {
    if (field.type === "text" && field.readOnly) continue;
    field.value = "";
    field.defaultValue = "";
  }
}

import { toClipboard } from "../clipboard.js";

const SAID_MS = 2000;

export default function copyLink(button) {
  const label = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await toClipboard(document.querySelector(button.dataset.copies).textContent.trim(), button);
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), SAID_MS);
  });
}

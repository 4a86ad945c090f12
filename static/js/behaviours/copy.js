// Copies the transcript as text: a line for each speaker's name, a blank line between paragraphs.
import { toClipboard } from "../clipboard.js";

const SAID_MS = 2000;

export default function copier(button) {
  const label = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await toClipboard(textOf(document.querySelector(button.dataset.copies)));
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), SAID_MS);
  });
}

/** Who holds the whole of it may say; else it is what stands on the page. */
function textOf(words) {
  const asked = new CustomEvent("sotto:text", { detail: { text: null } });
  words?.dispatchEvent(asked);
  if (asked.detail.text !== null) return asked.detail.text;
  const paragraphs = [...(words?.querySelectorAll(".paragraph") ?? [])];
  const lines = paragraphs.map((part) => {
    const speaker = part.querySelector(".speaker");
    const text = part.querySelector("p").textContent.trim();
    return speaker ? `${speaker.textContent}:\n${text}` : text;
  });
  return lines.join("\n\n");
}

const SHOWN_MS = 8000;

/** Show a sentence over the page: one that the page brought along by its name, or text as it is. */
export function notify(nameOrText) {
  const place = document.getElementById("notices");
  const notice = document.createElement("div");
  notice.className = "toast";
  const words = document.createElement("p");
  words.textContent = place.dataset[nameOrText] ?? nameOrText;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.textContent = place.dataset.dismiss;
  dismiss.addEventListener("click", () => notice.remove());
  notice.append(words, dismiss);
  place.replaceChildren(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

// Says above the text what the machine could not do, in sentences that the page brought along.

export function showWhatLacks({ article, editing }) {
  const { warnings = [], unheard = [] } = editing.document;
  const found = new Set(unheard.length ? [...warnings, "unheard"] : warnings);
  for (const sentence of article.querySelectorAll("[data-lacks]")) {
    sentence.hidden = !found.has(sentence.dataset.lacks);
    sentence.textContent = sentence.textContent.replace("{count}", unheard.length);
  }
}

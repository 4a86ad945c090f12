// What a model cannot do is not offered; the line beside "Options" says what is chosen.
import { whyNot } from "../upload/level.js";
import { isUndecided } from "../upload/options.js";

export default function options(form) {
  const model = form.querySelector("[data-model]");
  const language = form.querySelector("[data-language]");
  const vocabulary = form.querySelector("[data-vocabulary]");
  const keepNothing = form.querySelector("[data-keep-nothing]");
  const levels = form.querySelector("[data-levels]");
  let isFirst = true;

  /** A level that cannot be had is not left chosen, and the other not chosen for anybody. */
  function showLevels() {
    const reason = whyNot(levels.dataset);
    const radio = form.querySelector("#level-private");
    radio.disabled = Boolean(reason);
    if (reason) radio.checked = false;
    else if (isFirst) radio.checked = levels.dataset.default === radio.value || location.search === "?private";
    isFirst = false;
    for (const line of levels.querySelectorAll("[data-why]")) line.hidden = line.dataset.why !== reason;
    levels.disabled = keepNothing.checked;
    levels.querySelector("[data-moot]").hidden = !keepNothing.checked;
    form.querySelector("[data-undecided]").hidden ||= !isUndecided(form);
  }

  function show() {
    const chosen = model.selectedOptions[0];
    if (!chosen) return;
    const known = new Set(chosen.dataset.languages.split(" "));
    for (const option of language.options) {
      option.disabled = option.value !== "auto" && !known.has(option.value);
    }
    if (language.selectedOptions[0].disabled) language.value = "auto";
    vocabulary.disabled = !chosen.dataset.vocabulary;
    form.querySelector("[data-vocabulary-yes]").hidden = vocabulary.disabled;
    form.querySelector("[data-vocabulary-no]").hidden = !vocabulary.disabled;
    form.querySelector("[data-model-help]").textContent = chosen.dataset.note;
    const now = [chosen, language.selectedOptions[0]].map((option) => option.textContent.trim());
    showLevels();
    const level = keepNothing.checked ? keepNothing : levels.querySelector(":checked:not([value=standard])");
    if (level) now.push(level.labels[0].textContent.trim());
    form.querySelector("[data-options-now]").textContent = now.join(" · ");
  }

  form.addEventListener("change", show);
  addEventListener("storage", show); // unlocked in another tab, or logged out
  addEventListener("pageshow", show);
  show();
  return () => ["storage", "pageshow"].forEach((event) => removeEventListener(event, show));
}

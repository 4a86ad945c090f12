// What a model cannot do is not offered; the line beside "Options" says what is chosen.
export default function options(form) {
  const model = form.querySelector("[data-model]");
  const language = form.querySelector("[data-language]");
  const vocabulary = form.querySelector("[data-vocabulary]");
  const keepNothing = form.querySelector("[data-keep-nothing]");

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
    if (keepNothing.checked) now.push(keepNothing.labels[0].textContent.trim());
    form.querySelector("[data-options-now]").textContent = now.join(" · ");
  }

  form.addEventListener("change", show);
  show();
}

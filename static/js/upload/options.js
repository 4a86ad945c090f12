/** What the options say now, as fields of `POST /v1/jobs`. */
export function chosenOptions(form) {
  const { model, language, speakers, vocabulary, level, keep_nothing: keepNothing } = form.elements;
  const terms = vocabulary.disabled ? [] : vocabulary.value.split(/[\n,;]/).map((term) => term.trim());
  return {
    model: model.value,
    language: language.value,
    diarize: speakers.value !== "off",
    speakers: speakers.value === "off" ? 0 : Number(speakers.value),
    keep: !keepNothing.checked,
    vocabulary: terms.filter(Boolean),
    ...(!keepNothing.checked && level.value === "private" && { private: true, uid: form.querySelector("[data-levels]").dataset.uid }),
  };
}

/** Neither level is chosen: somebody whose transcripts are to be private has to say what else, where that cannot be. */
export const isUndecided = ({ elements: { level, keep_nothing: keepNothing } }) => !keepNothing.checked && !level.value;

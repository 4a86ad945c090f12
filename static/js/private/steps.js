// Markup that a view asks for, and one part of it at a time.

/** A fresh copy of a part's template in that element, which it empties. */
export function mounted(place, name) {
  place.replaceChildren(document.querySelector(`template[data-part="${name}"]`).content.cloneNode(true));
  return place;
}

/** A function that shows the step of that name alone; the focus goes to its heading. */
export function stepper(place, attribute = "step") {
  const all = [...place.querySelectorAll(`[data-${attribute}]`)];
  return (name) => {
    for (const step of all) step.hidden = step.dataset[attribute] !== name;
    const shown = all.find((step) => !step.hidden);
    shown.querySelector("h1, h2")?.focus();
    return shown;
  };
}

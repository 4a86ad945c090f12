// Words that went and words that came, for eyes and for screen readers.

/** Fills `place` with the parts of a word diff; `words` are `data-gone` and `data-new` for reading aloud. */
export function writeDiff(place, parts, { gone, fresh }) {
  place.replaceChildren(...parts.flatMap(({ kind, text }) => {
    if (kind === "same") return [`${text} `];
    const element = document.createElement(kind === "gone" ? "del" : "ins");
    const label = document.createElement("span");
    label.className = "visually-hidden";
    label.textContent = `${kind === "gone" ? gone : fresh} `;
    element.append(label, text);
    return [element, " "];
  }));
}

// The recovery code: shown this once, to be printed or kept as a file, and typed back.
import { sentence } from "../../editor/sentence.js";
import { GROUPS, read, written } from "../code.js";
import { told } from "../sentences.js";
import { mounted, stepper } from "../steps.js";

const FILE_NAME = "sotto-recovery-code.txt";

/** Fills `place`. Resolves once those bytes were typed back; never where the view ends before. */
export function keepCode(place, { uid, code, signal }) {
  mounted(place, "code");
  const show = stepper(place);
  const text = written(code);
  const on = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  for (const words of place.querySelectorAll("[data-fill]")) words.textContent = sentence(words.textContent, { code: text, uid, on, address: location.origin });
  const click = (name, act) => place.querySelector(`[data-${name}]`).addEventListener("click", act);
  click("print", () => print());
  click("save", () => save(place.querySelector("[data-sheet]")));
  click("to-back", () => show("back").querySelector("textarea").focus());
  click("to-shown", () => show("shown"));
  signal.addEventListener("abort", () => place.replaceChildren());
  show("shown");
  return new Promise((resolve) => typedBack(place, text, resolve));
}

/** The sheet, as it is printed, line by line. */
function save(sheet) {
  const lines = [...sheet.children].map((line) => line.textContent.trim());
  const address = URL.createObjectURL(new Blob([`${lines.join("\n\n")}\n`], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: FILE_NAME });
  link.click();
  URL.revokeObjectURL(address);
}

function typedBack(place, text, resolve) {
  const form = place.querySelector("[data-step=back]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { bytes, slip } = taken(form.elements.code.value);
    const said = slip ?? (written(bytes) === text ? "" : told("code_other"));
    form.querySelector("[data-said]").textContent = said;
    if (said) return form.elements.code.focus();
    place.replaceChildren();
    return resolve();
  });
}

/** `{bytes}`, or `{slip}`: a sentence that says where to look. */
export function taken(typed) {
  const { bytes, wrong, group } = read(typed);
  return wrong ? { slip: told(`code_${wrong}${group ? "_group" : ""}`, { group, groups: GROUPS + 1 }) } : { bytes };
}

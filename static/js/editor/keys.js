// Keys and buttons lead to the acts of acts.js, wherever on the page of the editor.
import { ACTS } from "./acts.js";
import { ariaOf, chordOf, isFieldsOwn, keysOf, leavesTextAlone } from "./chords.js";
import { KeysDialog } from "./keysdialog.js";
import { Keymap } from "./keymap.js";

const FIELD = "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select";
const ESCAPES_FROM = "[data-rows], [data-player]"; // elsewhere it closes what is open
const OWN_KEYS = [ // of an element that has the focus
  ["button, a[href], summary", /^(Space|Enter)$/],
  ["input[type=range], input[type=radio], [role=slider]", /^(Arrow|Home|End|Page)/],
  ["input[type=checkbox], input[type=radio]", /^Space$/],
];

/** Whether keys pressed in `target` are meant for the page, and not for what has the focus. */
export function isForThePage(target, chord) {
  if (chord === "Escape") return target === document.body || Boolean(target.closest(ESCAPES_FROM));
  if (target.isContentEditable) return leavesTextAlone(chord);
  if (target.matches(FIELD)) return leavesTextAlone(chord) && !isFieldsOwn(chord);
  return !OWN_KEYS.some(([what, own]) => target.matches(what) && own.test(chord));
}

/** `acts` is a table as that of acts.js. */
export function bindKeys(desk, acts = ACTS) {
  const { signal } = desk.ending;
  const keymap = new Keymap(acts);
  desk.keys = new KeysDialog(desk.part("keys-dialog"), keymap);
  const show = () => showButtons(desk, keymap);
  const perform = (act) => {
    const done = act.run(desk);
    if (act.isOn) show();
    return done;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.getModifierState("AltGraph")) return;
    const chord = chordOf(event);
    const act = chord && keymap.actOf(chord);
    if (!act || document.querySelector("dialog:modal") || !isForThePage(event.target, chord)) return;
    if (perform(act) !== false) event.preventDefault();
  }, { signal });
  document.addEventListener("click", ({ target }) => {
    const act = keymap.act(target.closest?.("[data-act]")?.dataset.act);
    if (act) perform(act);
  }, { signal });
  // The caret stays in the text: many an act is about where it is.
  document.addEventListener("mousedown", (event) => event.target.closest?.("button[data-act]") && event.preventDefault(), { signal });
  keymap.addEventListener("change", show);
  desk.listening?.addEventListener("loop", show, { signal });
  desk.showButtons = show;
  show();
}

/** Every button says its keys, whether what it switches is on, and whether there is anything to do. */
function showButtons(desk, keymap) {
  for (const button of document.querySelectorAll("[data-act]")) {
    const act = keymap.act(button.dataset.act);
    if (!act) continue;
    const chords = keymap.chords(act.id);
    const words = desk.keys.words(act.id);
    button.title = chords.length ? `${words} (${keysOf(chords[0], desk.keys.names).join("+")})` : words;
    if (chords.length) button.setAttribute("aria-keyshortcuts", chords.map((chord) => ariaOf(chord)).join(" "));
    else button.removeAttribute("aria-keyshortcuts");
    if (act.isOn) button.setAttribute("aria-pressed", Boolean(act.isOn(desk)));
    if (act.isIdle) button.setAttribute("aria-disabled", Boolean(act.isIdle(desk)));
  }
}

// Keys pressed together, as one word: "Mod+Shift+Z". "Mod" is Ctrl, and ⌘ on a Mac.
export const isMac = /Mac|iP/.test(globalThis.navigator?.platform ?? "");

const ALONE = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"]);

/** The word for a `keydown`; "" for a key that only changes others. */
export function chordOf(event, mac = isMac) {
  if (ALONE.has(event.key)) return "";
  const key = keyOf(event, mac);
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey && "Ctrl"] : [event.ctrlKey, event.metaKey && "Meta"];
  const isSign = key.length === 1 && !/[A-Z0-9]/.test(key); // with a Shift in it already, if it needs one
  return [mod && "Mod", other, event.altKey && "Alt", event.shiftKey && !isSign && "Shift", key].filter(Boolean).join("+");
}

/** The sign on a Latin keyboard where the one at hand writes others, as a Mac's Alt does. */
function keyOf({ key, code = "", altKey }, mac) {
  if (key === " ") return "Space";
  const printed = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code);
  if (printed && key.length === 1 && (key.codePointAt(0) > 127 || (mac && altKey))) return printed[1] ?? printed[2];
  return key.length === 1 ? key.toUpperCase() : key;
}

/** Whether these keys write nothing into a field, and do nothing that a text needs. */
export const leavesTextAlone = (chord) => /^(Mod|Ctrl|Alt|Meta)\+|^(Shift\+)?F\d+$|^Escape$/.test(chord);

/** What a field of text does by itself: its own undo, and the clipboard. */
export const isFieldsOwn = (chord) => chord === "Escape" || /^Mod\+(Shift\+)?[ACVXYZ]$/.test(chord);

const MAC_SIGNS = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Ctrl: "⌃" };
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** For people, one word a key; `names` are those of this language. */
export function keysOf(chord, names = {}, mac = isMac) {
  const keys = chord.endsWith("++") ? [...chord.slice(0, -2).split("+"), "+"] : chord === "+" ? ["+"] : chord.split("+");
  return keys.map((key) => (mac && MAC_SIGNS[key]) || SIGNS[key] || names[key.toLowerCase()] || (key === "Mod" ? "Ctrl" : key));
}

/** As `aria-keyshortcuts` wants it. */
export function ariaOf(chord, mac = isMac) {
  return chord.replace("Mod", mac ? "Meta" : "Control").replace("Ctrl", "Control").replace(/\+\+$/, "+Plus");
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ACTS } from "../../static/js/editor/acts.js";
import { ariaOf, chordOf, isFieldsOwn, keysOf, leavesTextAlone } from "../../static/js/editor/chords.js";
import { Keymap } from "../../static/js/editor/keymap.js";
import { SUBTITLE_ACTS } from "../../static/js/subtitles/acts.js";

const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const drawer = (kept = {}) => ({ kept, getItem: (name) => kept[name] ?? null, setItem: (name, value) => void (kept[name] = value) });

test("Mod is Ctrl, and on a Mac the command key", () => {
  const pressed = [press("z", { ctrlKey: true, shiftKey: true }), press("z", { metaKey: true })];
  assert.deepEqual(pressed.map((event) => chordOf(event, false)), ["Mod+Shift+Z", "Meta+Z"]);
  assert.deepEqual(pressed.map((event) => chordOf(event, true)), ["Ctrl+Shift+Z", "Mod+Z"]);
});

test("a sign is itself, however it is reached; a key alone that only changes others is nothing", () => {
  assert.equal(chordOf(press("?", { shiftKey: true }), false), "?");
  assert.equal(chordOf(press(" "), false), "Space");
  assert.equal(chordOf(press("Shift", { shiftKey: true }), false), "");
  assert.equal(chordOf(press("ArrowLeft", { altKey: true, shiftKey: true }), false), "Alt+Shift+ArrowLeft");
});

test("letters that are not Latin, and those of a Mac's Alt, count as what is printed on the key", () => {
  assert.equal(chordOf(press("я", { ctrlKey: true, code: "KeyZ" }), false), "Mod+Z");
  assert.equal(chordOf(press("˚", { altKey: true, code: "KeyK" }), true), "Alt+K");
  assert.equal(chordOf(press("z", { ctrlKey: true, code: "KeyY" }), false), "Mod+Z");
});

test("what writes into a text is no key for the page, and a field keeps its own undo", () => {
  assert.deepEqual(["A", "?", "Shift+A", "Space", "ArrowLeft", "F2", "Shift+F2", "Escape", "Mod+J"].map(leavesTextAlone),
    [false, false, false, false, false, true, true, true, true]);
  assert.deepEqual(["Mod+Z", "Mod+Shift+Z", "Mod+V", "Mod+J", "F2"].map(isFieldsOwn), [true, true, true, false, false]);
});

test("chords are written for people and for screen readers", () => {
  assert.deepEqual(keysOf("Mod+Shift+ArrowLeft", { shift: "Umschalt" }, false), ["Ctrl", "Umschalt", "←"]);
  assert.deepEqual(keysOf("Mod++", {}, true), ["⌘", "+"]);
  assert.deepEqual(["Mod+Z", "Mod++"].map((chord) => ariaOf(chord, false)), ["Control+Z", "Control+Plus"]);
});

const templates = new URL("../../templates/", import.meta.url);

/** A template with what it includes of others, piece by piece. */
function whole(path) {
  const [name, piece] = path.split("#");
  const text = readFileSync(new URL(name, templates), "utf8");
  const own = piece ? text.split(`{% partialdef ${piece} %}`)[1].split("{% endpartialdef")[0] : text;
  return own.replace(/\{% include "([^"]+)"[^%]*%\}/g, (_, other) => whole(other));
}

const tables = { editor: ACTS, subtitles: SUBTITLE_ACTS };
for (const [name, acts] of Object.entries(tables)) {
  test(`every act has words, once, and no two begin with the same keys: ${name}`, () => {
    const page = whole(`transcripts/_keys_${name}.html`);
    const worded = [...page.matchAll(/data-key="([^"]+)"/g)].flatMap(([, id]) => (
      id.includes("{{ n }}") ? [..."123456789"].map((n) => id.replace("{{ n }}", n)) : [id]
    ));
    assert.deepEqual(worded.toSorted(), acts.map((act) => act.id).toSorted());
    for (const mac of [false, true]) {
      const keymap = new Keymap(acts, drawer(), mac);
      const chords = acts.flatMap((act) => keymap.chords(act.id));
      assert.deepEqual(chords.filter((chord, index) => chords.indexOf(chord) !== index), []);
    }
  });
}

test("keys that are given to an act are kept, taken from the other, and given back", () => {
  const acts = [{ id: "one", keys: "A F2" }, { id: "two", keys: "B", mac: "C" }];
  const storage = drawer();
  const keymap = new Keymap(acts, storage, false);
  assert.equal(keymap.actOf("B").id, "two");
  keymap.give("two", "A");
  const again = new Keymap(acts, storage, false);
  assert.deepEqual([again.chords("one"), again.chords("two")], [["F2"], ["A"]]);
  assert.equal(again.actOf("B"), undefined);
  again.give("two", "");
  assert.deepEqual(again.chords("two"), []);
  again.reset();
  assert.deepEqual([again.chords("one"), again.chords("two"), again.isOwn("two")], [["A", "F2"], ["B"], false]);
  assert.deepEqual(new Keymap(acts, storage, true).chords("two"), ["C"]);
});

test("what a browser kept wrongly, or refuses to keep, does no harm", () => {
  const acts = [{ id: "one", keys: "A" }];
  assert.deepEqual(new Keymap(acts, drawer({ "sotto-keys": "{" }), false).chords("one"), ["A"]);
  const refusing = { getItem: () => null, setItem: () => { throw new Error("full"); } };
  const keymap = new Keymap(acts, refusing, false);
  keymap.give("one", "B");
  assert.deepEqual(keymap.chords("one"), ["B"]);
});

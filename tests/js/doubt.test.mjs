import assert from "node:assert/strict";
import test from "node:test";
import { accepting, doubtsIn, nextOf, taking } from "../../static/js/editor/doubt.js";
import { Draft } from "../../static/js/editor/operations.js";
import { lookupsOf } from "../../static/js/editor/readings.js";
import { Vocabulary } from "../../static/js/editor/vocabulary.js";

const row = (id, text, ...sure) => ({
  id, text, words: text.split(" ").map((word, index) => ({ text: word, confidence: sure[index] ?? null })),
});

test("words below the threshold are doubtful, and those that a rule is for", () => {
  const one = row("a", "Ann met Jon, again", 0.9, 0.4, null, 0.5);
  const places = (grounds) => doubtsIn(one, grounds).map(({ text, indices, start, end }) => [text, ...indices, start, end]);
  assert.deepEqual(places({ threshold: 0.5 }), [["met", 1, 4, 7]]);
  assert.deepEqual(places({ threshold: 0.51 }), [["met", 1, 4, 7], ["again", 3, 13, 18]]);
  assert.deepEqual(places({ rules: new Map([["jon", { from: "Jon", to: "John" }]]) }), [["Jon,", 2, 8, 12]]);
});

test("from one to the next, and round at the ends", () => {
  const segments = [row("a", "x y", 0.1, 0.1), row("b", "z", 0.1)];
  const doubts = segments.flatMap((one) => doubtsIn(one, { threshold: 0.5 }));
  const go = (place, step) => nextOf(doubts, segments, place, step)?.text;
  assert.deepEqual([go(null, 1), go({ segment: "a", start: 0, end: 1 }, 1), go({ segment: "a", start: 2, end: 3 }, 1)], ["x", "y", "z"]);
  assert.deepEqual([go({ segment: "b", start: 0, end: 1 }, 1), go({ segment: "b", start: 0, end: 1 }, -1), go(null, -1)], ["x", "y", "z"]);
  assert.equal(nextOf([], segments, null, 1), null);
});

test("what is accepted is one operation for each segment", () => {
  const doubts = [["a", 1], ["b", 0], ["a", 3]].map(([segment, ...indices]) => ({ segment, indices }));
  assert.deepEqual(accepting(doubts), [{ op: "accept", segment: "a", words: [1, 3] }, { op: "accept", segment: "b", words: [0] }]);
});

const english = new Vocabulary("en", "ann\nmet\nagain\na\nwell\nknown");

test("a word that no list has is doubtful, unless the reader knows it, typed it or has accepted it", () => {
  const one = row("a", "Ann met Jonn, again");
  const texts = (more) => doubtsIn(one, { vocabulary: english, ...more }).map(({ text, unlisted }) => [text, unlisted]);
  assert.deepEqual(texts(), [["Jonn,", true]]);
  assert.deepEqual(texts({ isKnown: (word) => word === "jonn" }), []);
  assert.deepEqual(texts({ isTyped: ({ text }) => text === "Jonn," }), []);
  one.words[2].confidence = 1;
  assert.deepEqual(texts(), []);
  assert.deepEqual(texts({ rules: new Map([["jonn", { from: "Jonn", to: "John" }]]) }), []);
});

/** A hearing, of words half a second each; a bar is where a segment ends. */
function hearing(text, sure = null) {
  let at = 0;
  const segments = text.split("|").map((part, index) => {
    const words = part.trim().split(" ").filter(Boolean).map((word) => ({ text: word, start: at++ / 2, end: at / 2, confidence: sure, speaker: null }));
    return { id: `g${index}`, text: words.map((word) => word.text).join(" "), words, start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0, speaker: null, note: "", edited: false, confidence: null };
  });
  return { segments, speakers: [], marks: [] };
}
const both = (mine, other) => lookupsOf({ document: mine, about: "later" }, { document: other, about: "before" });
const shown = (document, lookups) => document.segments.flatMap((one) => doubtsIn(one, { lookups })).map(({ text, reading }) => [text, reading.other.map((word) => word.text).join(" "), reading.about]);

test("what two hearings have otherwise is one doubt, and can be taken, accepted or typed over", () => {
  const [mine, other] = [hearing("Mary had a little lam, its fleece"), hearing("Mary had a little lamb it's white fleece")];
  const lookups = both(mine, other);
  assert.deepEqual(shown(mine, lookups), [["lam, its", "lamb it's white", "before"]]);
  const draft = new Draft(structuredClone(mine));
  const [doubt] = doubtsIn(draft.document.segments[0], { lookups });
  const inverse = draft.applyAll(taking(draft.document.segments[0], doubt));
  assert.equal(draft.document.segments[0].text, "Mary had a little lamb it's white fleece");
  assert.deepEqual(shown(draft.document, lookups), []);
  draft.applyAll(inverse);
  assert.deepEqual(draft.document, mine);
  draft.applyAll(accepting([doubt]));
  assert.deepEqual(shown(draft.document, lookups), []);
  draft.applyAll([{ op: "text", segment: "g0", text: "Mary had a little lamb, its fleece" }]);
  assert.deepEqual(shown(draft.document, lookups), []);
});

test("what only one of them heard is shown at the word before, and what is not there can be left out", () => {
  const [mine, other] = [hearing("ask what not your country"), hearing("ask what your country")];
  assert.deepEqual(shown(mine, both(mine, other)), [["not", "", "before"]]);
  assert.deepEqual(shown(other, both(other, mine)), [["what", "what not", "before"]]);
  const lookups = both(mine, other);
  const draft = new Draft(structuredClone(mine));
  draft.applyAll(taking(draft.document.segments[0], doubtsIn(draft.document.segments[0], { lookups })[0]));
  assert.equal(draft.document.segments[0].text, "ask what your country");
  const whole = hearing("not");
  assert.deepEqual(taking(whole.segments[0], doubtsIn(whole.segments[0], { lookups: both(whole, hearing("")) })[0]), [
    { op: "put", segments: [{ ...whole.segments[0], text: "", words: [], edited: true }] },
  ]);
});

test("the signs around stay, and a reading over two segments is taken in parts", () => {
  const mine = hearing("so (lam) and | sheets | here");
  const other = hearing("so lamb and | sheep | here");
  const lookups = both(mine, other);
  const draft = new Draft(structuredClone(mine));
  for (const { id } of draft.document.segments) {
    const found = draft.row(id);
    for (const doubt of doubtsIn(found, { lookups })) draft.applyAll(taking(found, doubt));
  }
  assert.deepEqual(draft.document.segments.map(({ text }) => text), ["so (lamb) and", "sheep", "here"]);
  const apart = hearing("one two | tree fore | five");
  assert.deepEqual(shown(apart, both(apart, hearing("one too | three four | five"))), [["two", "too", "before"], ["tree fore", "three four", "before"]]);
});

test("a segment that was held shows what was heard later", () => {
  const [mine, other] = [hearing("we met Jon there"), hearing("we met John there")];
  assert.deepEqual(shown(other, both(mine, other)), [["John", "Jon", "later"]]);
});

test("of any two hearings, what is taken everywhere makes the one of the other", () => {
  let seed = 20;
  const chance = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 200; round += 1) {
    const words = Array.from({ length: 60 }, () => "abcdefgh"[Math.floor(chance() * 8)] + "abcd"[Math.floor(chance() * 4)]);
    const misheard = words.flatMap((word) => {
      const luck = chance();
      return luck < 0.05 ? [] : luck < 0.1 ? [word, "more"] : luck < 0.2 ? ["other"] : [word];
    });
    const [mine, other] = [hearing(words.join(" ")), hearing(misheard.join(" "))];
    const lookups = both(mine, other);
    const draft = new Draft(structuredClone(mine));
    const row = draft.document.segments[0];
    for (const doubt of doubtsIn(row, { lookups }).reverse()) draft.applyAll(taking(row, doubt));
    assert.equal(row.text, misheard.join(" "));
    assert.deepEqual(shown(draft.document, lookups), []);
    const accepted = new Draft(structuredClone(mine));
    accepted.applyAll(accepting(doubtsIn(accepted.document.segments[0], { lookups })));
    assert.deepEqual(shown(accepted.document, lookups), []);
  }
});

import assert from "node:assert/strict";
import test from "node:test";
import { Draft } from "../../static/js/editor/operations.js";
import { visible } from "../../static/js/editor/retiming.js";
import { cuesOf } from "../../static/js/subtitles/cues.js";
import { figuresOf, problemsOf } from "../../static/js/subtitles/judge.js";
import { nudged } from "../../static/js/subtitles/nudge.js";
import { brokenOf, planOf } from "../../static/js/subtitles/plan.js";
import { repairOf } from "../../static/js/subtitles/repair.js";

const OPTIONS = { speakers: null, max_chars: 42, max_lines: 2, max_cps: 20, min_seconds: 1, max_seconds: 7, gap_seconds: 0.1 };
const LAYOUT = { options: OPTIONS, labelInText: true };
const namer = () => {
  let made = 0;
  return () => `new${(made += 1)}`;
};

/** A segment whose words take equal shares of its time. */
function said(id, text, start, end, speaker = "s1") {
  const words = text.split(" ");
  const share = (end - start) / words.length;
  const at = (index) => Math.round(1000 * (start + index * share)) / 1000;
  return {
    id, start, end, text, speaker, confidence: null, edited: false, note: "",
    words: words.map((word, index) => ({ text: word, start: at(index), end: at(index + 1), confidence: null, speaker })),
  };
}

const documentOf = (...segments) => ({
  schema: 1, language: "en", duration: 60, model: "m", speakers: [{ id: "s1", name: "Ada" }], segments, unheard: [], warnings: [], marks: [],
});

/** What is done to the first cue that breaks a rule, and the cues after it: `[start, end, text]`. */
function repaired(document, options = OPTIONS) {
  const layout = { ...LAYOUT, options };
  const [broken] = brokenOf(cuesOf(document, options, layout), options);
  const repair = repairOf(document, broken, layout, namer());
  if (!repair) return null;
  const draft = new Draft(structuredClone(document));
  draft.applyAll(repair.operations);
  const cues = cuesOf(draft.document, options, layout).map(({ startMs, endMs, lines }) => [startMs, endMs, lines.join(" ")]);
  return { ways: repair.ways, kinds: repair.operations.map(({ op }) => op), cues };
}

test("each rule that is broken is named, and only those", () => {
  const cue = (startMs, endMs, ...lines) => ({ startMs, endMs, lines });
  const problems = (one, next) => problemsOf(one, next, OPTIONS).join();
  assert.equal(problems(cue(0, 1000, "Twenty characters so")), "");
  assert.equal(problems(cue(0, 1000, "Twenty characters so."), cue(1100, 2000, "x")), "fast");
  assert.equal(problems(cue(0, 999, "Short"), cue(1098, 2000, "x")), "short,gap");
  assert.equal(problems(cue(0, 7001, "Long"), cue(7101, 8000, "x")), "long");
  assert.equal(problems(cue(0, 7000, "one", "two", "x".repeat(43))), "chars,lines");
  assert.deepEqual(figuresOf(cue(500, 2000, "𝄞x", "abcd")), { seconds: 1.5, speed: 4, widths: [2, 4] });
});

test("a segment as long as one may be does not hold up the page", () => {
  const longest = { ...said("g1", "so", 0, 30), text: `😀 ${"word ".repeat(19_999)}`, words: [] };
  const began = performance.now();
  assert.equal(cuesOf(documentOf(longest), OPTIONS).length, 1250);
  assert.ok(performance.now() - began < 10_000, "half a minute where its length is taken for each word");
});

test("a cue takes the time that is free before it", () => {
  const document = documentOf(said("a", "Yes, I do.", 5, 5.6), said("b", "And so does everybody else in here.", 5.6, 9));
  assert.deepEqual(repaired(document), {
    ways: [{ way: "earlier", ms: 500 }], kinds: ["times"],
    cues: [[4500, 5500, "Yes, I do."], [5600, 9000, "And so does everybody else in here."]],
  });
});

test("two short ones of one person become one, those of two do not", () => {
  const rows = (speaker) => [said("a", "Before.", 0, 4.9, "s2"), said("b", "Yes.", 5, 5.4), said("c", "I do.", 5.4, 6.3, speaker), said("d", "After.", 6.3, 9)];
  const { ways, kinds, cues } = repaired(documentOf(...rows("s1")));
  assert.deepEqual([ways, kinds, cues[1]], [[{ way: "joined", ms: undefined }], ["merge"], [5000, 6200, "Yes. I do."]]);
  assert.equal(repaired(documentOf(...rows("s2"))), null);
});

test("within a segment, the border of two cues moves, by a split there", () => {
  const [first, second] = [said("b", "Quickly said at first,", 5, 5.9), said("b", "and slowly behind it.", 5.9, 9)];
  const both = { ...first, end: 9, text: `${first.text} ${second.text}`, words: [...first.words, ...second.words] };
  assert.deepEqual(repaired(documentOf(said("a", "Before.", 0, 4.9), both), { ...OPTIONS, max_chars: 25, max_lines: 1 }), {
    ways: [{ way: "later", ms: 300 }], kinds: ["split", "times"],
    cues: [[0, 4900, "Before."], [5000, 6100, first.text], [6200, 9000, second.text]],
  });
});

test("a word that lasts too long ends in time", () => {
  const { ways, cues } = repaired(documentOf(said("a", "Aaaaah!", 1, 12)));
  assert.deepEqual([ways, cues], [[{ way: "shortened", ms: 4000 }], [[1000, 8000, "Aaaaah!"]]]);
});

test("where only other words help, nothing is done", () => {
  const words = "Far too many words for the little time that there is here";
  assert.equal(repaired(documentOf(said("a", "Ah.", 0, 2), said("b", words, 2, 3), said("c", words, 3, 4))), null);
});

test("an edge that is moved by hand takes its neighbour along, and goes no further than it", () => {
  const [first, second] = [said("a", "Said at the first,", 1, 4), said("b", "slowly behind it.", 4, 9)];
  const document = documentOf({ ...first, end: 9, text: `${first.text} ${second.text}`, words: [...first.words, ...second.words] });
  const layout = { ...LAYOUT, options: { ...OPTIONS, max_chars: 20, max_lines: 1, gap_seconds: 0 } };
  const times = (draft) => cuesOf(draft, layout.options).map(({ startMs, endMs }) => [startMs, endMs]);
  const moved = (at, edge, ms) => {
    const draft = new Draft(structuredClone(document));
    const operations = nudged(document, cuesOf(document, layout.options), at, edge, ms, layout, namer());
    return operations && (draft.applyAll(operations), times(draft.document));
  };
  assert.deepEqual(times(document), [[1000, 4000], [4000, 9000]]);
  assert.deepEqual(moved(0, "start", -100), [[900, 4000], [4000, 9000]]);
  assert.deepEqual(moved(0, "end", 100), [[1000, 4100], [4100, 9000]]);
  assert.deepEqual(moved(0, "end", -100), [[1000, 3900], [4000, 9000]]);
  assert.deepEqual(moved(1, "start", -100), [[1000, 3900], [3900, 9000]]);
  assert.deepEqual(moved(1, "start", 100), [[1000, 4000], [4100, 9000]]);
  assert.deepEqual(moved(1, "end", 1000), [[1000, 4000], [4000, 10000]]);
  assert.deepEqual(moved(1, "end", -4900), [[1000, 4000], [4000, 5000]]); // it stands as long as the rules want
  assert.deepEqual([moved(0, "start", -1100), moved(0, "end", 5000), moved(1, "start", -3000)], [null, null, null]);
});

function atRandom(seed) {
  let state = seed * 7919 + 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const words = ["yes", "well,", "quite.", "北京会议。", "มาก", "مرحبا", "extraordinarily", "e\u0301", "no?"];
  const segments = [];
  let at = 0;
  for (let number = 0; number < 12; number += 1) {
    const text = Array.from({ length: 1 + Math.floor(random() * 14) }, () => words[Math.floor(random() * words.length)]).join(" ");
    const end = at + 0.2 + random() * text.length * 0.08;
    segments.push(said(`g${number}`, text, Math.round(at * 1000) / 1000, Math.round(end * 1000) / 1000, random() < 0.8 ? "s1" : "s2"));
    at = end + (random() < 0.3 ? random() * 2 : random() < 0.2 ? -0.2 : 0);
  }
  return { ...documentOf(...segments), duration: at, speakers: [{ id: "s1", name: "Ada" }, { id: "s2", name: "Bob" }] };
}

test("a plan keeps what it promises, loses no letter, and is undone exactly", async () => {
  const sums = { before: 0, after: 0 };
  for (let seed = 1; seed <= 150; seed += 1) {
    const document = atRandom(seed);
    const layout = { labelInText: seed % 2 === 0, options: { ...OPTIONS, max_chars: 16 + (seed % 30), max_cps: 9 + (seed % 12) } };
    const plan = await planOf(document, layout, namer());
    const draft = new Draft(structuredClone(document));
    const undo = draft.applyAll(plan.operations);
    const broken = brokenOf(cuesOf(draft.document, layout.options, layout), layout.options).length;
    assert.equal(broken, plan.after, `seed ${seed}`);
    assert.ok(plan.after <= plan.before, `seed ${seed}: ${plan.before} became ${plan.after}`);
    const letters = ({ segments }) => visible(segments.map((row) => row.text).join(""));
    assert.equal(letters(draft.document), letters(document));
    assert.deepEqual(plan.operations.filter(({ op }) => !["times", "split", "merge"].includes(op)), []);
    draft.applyAll(undo);
    assert.deepEqual(draft.document, document);
    sums.before += plan.before;
    sums.after += plan.after;
  }
  assert.ok(sums.after < 0.9 * sums.before, JSON.stringify(sums));
});

test("a plan that nobody waits for any more ends", async () => {
  const many = documentOf(...Array.from({ length: 2000 }, (_, index) => said(`g${index}`, "Yes, quite so.", index / 2, index / 2 + 0.4)));
  assert.equal(await planOf(many, LAYOUT, namer(), AbortSignal.abort()), null);
});

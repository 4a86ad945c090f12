import assert from "node:assert/strict";
import test from "node:test";
import { aboutKeys, fieldsOf, whyNot } from "../../static/js/upload/level.js";
import { chosenOptions, isUndecided } from "../../static/js/upload/options.js";

const PK = `B${"x".repeat(86)}`;
const browser = (kept = {}) => ({ getItem: (key) => kept[key] ?? null });
const knows = browser({ "sotto-public-u1": PK });
const closed = { getItem: () => { throw new DOMException("off", "SecurityError"); } };

test("nothing can be private without an account, a plan, a ring, a safe page and a key that was unlocked here", () => {
  for (const known of ["guest", "plan", "ring"]) assert.equal(whyNot({ whyNot: known, uid: "u1" }, { isSecure: true, storage: knows }), known);
  const why = (place) => whyNot({ whyNot: "", uid: "u1" }, place);
  assert.equal(why({ isSecure: false, storage: knows }), "insecure");
  assert.equal(why({ isSecure: true, storage: browser() }), "key");
  assert.equal(why({ isSecure: true, storage: browser({ "sotto-public-u2": PK }) }), "key");
  assert.equal(why({ isSecure: true, storage: closed }), "key");
  assert.equal(why({ isSecure: true, storage: knows }), "");
});

test("a private job carries the key that this browser has unlocked, at the moment when it is made", () => {
  const kept = { "sotto-public-u1": PK };
  const options = { model: "m", keep: true, private: true, uid: "u1" };
  assert.deepEqual(fieldsOf(options, browser(kept)), { model: "m", keep: true, private: true, public_key: PK });
  kept["sotto-public-u1"] = PK.replace("B", "C");
  assert.equal(fieldsOf(options, browser(kept)).public_key, PK.replace("B", "C"));
  assert.throws(() => fieldsOf(options, browser()), { code: "keys" });
  assert.deepEqual(fieldsOf({ model: "m", keep: false }), { model: "m", keep: false });
});

test("a refused key has words of the page's own, other refusals keep the server's", () => {
  const problem = { code: "validation_failed" };
  assert.equal(aboutKeys(problem, { status: 422, body: '{"errors": {"public_key": "…"}}' }).code, "keys");
  assert.equal(aboutKeys(problem, { status: 422, body: '{"errors": {"model": "…"}}' }), problem);
  assert.equal(aboutKeys(problem, { status: 403, body: '{"errors": {"public_key": "…"}}' }), problem);
});

function form({ level, keepsNothing = false }) {
  const value = (text) => ({ value: text, checked: false });
  const elements = { model: value("m"), language: value("auto"), speakers: value("0"), vocabulary: value(""), level: value(level), keep_nothing: { checked: keepsNothing } };
  return { elements, querySelector: () => ({ dataset: { uid: "u1" } }) };
}

test("what is not kept at all is not private, and what nobody decided is not sent", () => {
  assert.deepEqual([chosenOptions(form({ level: "private" })).private, chosenOptions(form({ level: "private" })).uid], [true, "u1"]);
  for (const other of [form({ level: "standard" }), form({ level: "private", keepsNothing: true })]) {
    assert.deepEqual(["private" in chosenOptions(other), "uid" in chosenOptions(other)], [false, false]);
  }
  assert.deepEqual([{ level: "" }, { level: "standard" }, { level: "", keepsNothing: true }].map((one) => isUndecided(form(one))), [true, false, false]);
});

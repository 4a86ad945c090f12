import assert from "node:assert/strict";
import test from "node:test";
import { read, written } from "../../static/js/private/code.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const random = () => crypto.getRandomValues(new Uint8Array(20));
const bare = (text) => text.replaceAll("-", "");
const plain = ({ bytes, ...rest }) => (bytes ? [...bytes] : rest);
const COUNTED = Uint8Array.from({ length: 20 }, (_, at) => at * 13);

test("what is written is read, whatever the bytes", () => {
  const ends = [new Uint8Array(20), new Uint8Array(20).fill(255), Uint8Array.from([...Array(19).fill(0), 1]), Uint8Array.from([128, ...Array(19).fill(0)])];
  for (const bytes of [...ends, ...Array.from({ length: 200 }, random)]) {
    assert.match(written(bytes), /^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]$/);
    assert.deepEqual([...read(written(bytes)).bytes], [...bytes]);
  }
  assert.equal(written(new Uint8Array(20)), "0000-0000-0000-0000-0000-0000-0000-0000-0");
  assert.equal(written(COUNTED), "006H-M9SM-8575-PT3N-GA7S-SADP-RF8D-VTQQ-1");
  assert.throws(() => written(new Uint8Array(19)), RangeError);
});

test("case, dashes, spaces, width and look-alikes do not count", () => {
  const code = written(COUNTED);
  const confused = code.replaceAll("0", "O").replace("1", "l").replaceAll("1", "i");
  const wide = bare(code).replace(/[0-9A-Z]/g, (sign) => String.fromCodePoint(sign.codePointAt(0) + 0xfee0));
  for (const typed of [code.toLowerCase(), bare(code), ` ${code} \n`, code.replaceAll("-", " "), code.replaceAll("-", "–"), code.replaceAll("-", "\u200b"), [...bare(code)].join("\t"), confused, wide]) {
    assert.deepEqual(plain(read(typed)), [...COUNTED], typed);
  }
});

test("every single wrong character is noticed, and every two neighbours that changed places", () => {
  let tried = 0;
  for (const code of Array.from({ length: 20 }, () => bare(written(random())))) {
    for (let at = 0; at < code.length; at += 1) {
      for (const sign of ALPHABET) {
        if (sign === code[at]) continue;
        assert.deepEqual(read(code.slice(0, at) + sign + code.slice(at + 1)), { wrong: "check", group: null });
        tried += 1;
      }
      const swapped = code.slice(0, at) + (code[at + 1] ?? "") + code[at] + code.slice(at + 2);
      assert.deepEqual("bytes" in read(swapped), swapped === code, swapped);
    }
  }
  assert.equal(tried, 20 * 33 * 31);
});

test("any two neighbours are told apart in every place, whatever stands elsewhere", () => {
  // The check is linear: a swap goes unnoticed where the code of the difference alone would be whole.
  for (let at = 0; at < 32; at += 1) {
    for (const sign of ALPHABET.slice(1)) {
      const difference = "0".repeat(at) + sign + sign + "0".repeat(31 - at);
      assert.equal(read(difference).wrong, "check", difference);
    }
  }
});

test("the group that looks wrong is named where that can be known", () => {
  const groups = written(COUNTED).split("-");
  const changed = (at, text) => read(groups.with(at, text).join("-"));
  assert.deepEqual(changed(2, "857U"), { wrong: "character", group: 3 });
  assert.deepEqual(changed(2, "U575"), { wrong: "character", group: 3 });
  assert.deepEqual(changed(2, "857"), { wrong: "length", group: 3 });
  assert.deepEqual(changed(8, "11"), { wrong: "length", group: 9 });
  assert.deepEqual(changed(0, "006HM"), { wrong: "length", group: 1 });
  assert.deepEqual(changed(4, "GA7T"), { wrong: "check", group: null });
  assert.deepEqual(read(`${bare(written(COUNTED)).slice(0, 20)}!${"0".repeat(12)}`), { wrong: "character", group: 6 });
  assert.deepEqual(read(bare(written(COUNTED)).slice(1)), { wrong: "length", group: null });
  assert.deepEqual(read(groups.slice(1).join("-")), { wrong: "length", group: null });
});

test("what is no code at all is refused", () => {
  for (const text of ["", " - ", "0".repeat(32), "0".repeat(34), "0".repeat(100_000)]) assert.deepEqual(read(text), { wrong: "length", group: null });
  for (const text of ["ß", "İ", "constructor", "😀", "\0", "0".repeat(32) + "U", "ﬀ"]) assert.equal(read(text).wrong, text === "ﬀ" ? "length" : "character", text);
});

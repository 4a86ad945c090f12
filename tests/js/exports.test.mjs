import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { isRightToLeft } from "../../static/js/exports/direction.js";
import { FORMATS, render, renderGently } from "../../static/js/exports/index.js";
import { floatText, thousandths } from "../../static/js/exports/numbers.js";

const golden = (name) => readFileSync(new URL(`../transcripts/golden/${name}`, import.meta.url));
const { options, head } = JSON.parse(golden("asked.json"));

for (const name of ["talk", "world"]) {
  for (const format of FORMATS.filter((one) => one !== "docx")) {
    test(`${name}.${format} is to the byte what the server writes`, () => {
      const made = render(format, JSON.parse(golden(`${name}.json`)), options, head);
      assert.deepEqual(Buffer.from(made), golden(`${name}.${format}`));
    });
  }
}

test("what is made with pauses is the same, and ends when it is told to", async () => {
  const world = JSON.parse(golden("world.json"));
  world.segments = Array.from({ length: 400 }, () => world.segments).flat();
  for (const format of FORMATS) {
    const gently = await renderGently(format, world, options, head, new AbortController().signal);
    assert.deepEqual(gently, render(format, world, options, head));
  }
  assert.equal(await renderGently("srt", world, options, head, AbortSignal.abort()), null);
});

test("numbers are written as Python writes them", () => {
  const floats = [0, -0, 1, 2.5, 1e-4, 1e-5, 1.5e-7, 1e15, 1e16, 1.25e22, 0.1 + 0.2];
  const texts = "0.0 -0.0 1.0 2.5 0.0001 1e-05 1.5e-07 1000000000000000.0 1e+16 1.25e+22 0.30000000000000004";
  assert.equal(floats.map(floatText).join(" "), texts);
  assert.equal([0, 0.0625, 0.1875, -0.0625, 1.0005, 2.0015].map(thousandths).join(" "), "0.000 0.062 0.188 -0.062 1.000 2.002");
});

test("a text runs as its first letter does", () => {
  const runs = (...texts) => texts.map((text) => Number(isRightToLeft(text))).join("");
  assert.equal(runs("", "12", "Hello مرحبا", "مرحبا Hello", "(“שלום", "١٢ abc", "ʹא", "日本", "𞤀"), "000110101");
});

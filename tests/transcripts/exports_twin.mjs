// Writes what Python wrote, in bytes: see test_exports_twin.py.
import { readFileSync } from "node:fs";
import { render } from "../../static/js/exports/index.js";
import { fileName } from "../../static/js/exports/name.js";

const { formats, cases } = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(({ document, options, head }) => {
  const files = formats.map((format) => Buffer.from(render(format, document, options, head)).toString("base64"));
  return [fileName(head.title, "txt"), ...files];
});
console.log(JSON.stringify(answers));

// A transcript as a file of its own.
import { made } from "./dom.js";
import { titleOf } from "./library.js";

export const FORMATS = ["json"];

export function savedAs(format, document, row) {
  const bytes = JSON.stringify(document, null, 1);
  save(new Blob([bytes], { type: "application/json" }), `${fileName(titleOf(row))}.${format}`);
}

const fileName = (title) => title.normalize("NFC").replace(/[\p{C}/\\:*?"<>|]+/gu, "_").replace(/^[. ]+|[. ]+$/g, "").slice(0, 80) || "transcript";

function save(blob, name) {
  const link = made("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

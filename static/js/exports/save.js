// A file that was made in the page goes to the reader's downloads.
const KEPT_MS = 60_000; // how long a browser may take to read it

/** It is let go of when `signal` ends. */
export function save(bytes, type, name, signal) {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  const letGo = () => URL.revokeObjectURL(url);
  setTimeout(letGo, KEPT_MS);
  signal?.addEventListener("abort", letGo, { once: true });
}

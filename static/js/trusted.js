// The one place where a text becomes the address of a script: one of our own static files, or an error.
const FILES = new URL("..", import.meta.url);

function ours(address) {
  const { href } = new URL(address, document.baseURI);
  if (!href.startsWith(FILES.href)) throw new TypeError("Not a script of ours.");
  return href;
}

const policy = globalThis.trustedTypes?.createPolicy("sotto", { createScriptURL: ours }) ?? { createScriptURL: ours };

/** For `new Worker`. Throws where the address leads anywhere but to a file of this release. */
export const trusted = (address) => policy.createScriptURL(address);

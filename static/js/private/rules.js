// The glossary of whoever reads private transcripts: its words come from them, so this browser keeps it sealed, to
// their owner's own public key. For all private transcripts, and for no Standard one.
import { bound, fromBase64url, padded, toBase64url } from "../crypto/format.js";
import { sealTo } from "../crypto/keys.js";

const KEPT_AS = "sotto-private-glossary";
const [IN_PLACE_OF_A_TRANSCRIPT, IN_PLACE_OF_A_JOB] = ["glossary", "rules"]; // which have no such ids

/** As `BrowserRules` of the editor. */
export async function sealedRules(vault, storage = globalThis.localStorage) {
  let turn = Promise.resolve();
  return {
    rules: await opened(vault, storage),
    keep: (rules) => (turn = turn.then(() => keep(vault, rules, storage))),
    follow: () => {},
  };
}

async function opened(vault, storage) {
  try {
    const { pk, sealed } = JSON.parse(storage.getItem(KEPT_AS));
    return await vault.openResult(IN_PLACE_OF_A_TRANSCRIPT, IN_PLACE_OF_A_JOB, pk, fromBase64url(sealed));
  } catch {
    return []; // none, or those of another person or of keys that are gone
  }
}

async function keep(vault, rules, storage) {
  const { uid, ring: { pk } } = vault;
  const point = fromBase64url(pk);
  const sealed = toBase64url(await sealTo(point, padded(rules), bound("sealed", uid, IN_PLACE_OF_A_TRANSCRIPT, IN_PLACE_OF_A_JOB, point)));
  try {
    if (rules.length) storage.setItem(KEPT_AS, JSON.stringify({ pk, sealed }));
    else storage.removeItem(KEPT_AS);
  } catch {
    // Nothing may be kept here: they hold as long as the page does.
  }
}

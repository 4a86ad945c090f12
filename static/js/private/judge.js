// The lists that a passphrase is drawn from and held against: fetched when one is set, and only then.
import { Guesser } from "./guesses.js";
import { wordsOf } from "./words.js";

/** `{drawn, guesser}`. `lists` has addresses and what their bytes must be. Throws where one does not come, or is another. */
export async function listsAt(lists, ask = fetch) {
  const [drawn, passwords, common] = await Promise.all(["drawn", "passwords", "common"].map(async (name) => {
    const answer = await ask(lists[name], { integrity: lists[`${name}Integrity`] });
    if (!answer.ok) throw new Error(`A list did not come: ${answer.status}`);
    return answer.text();
  }));
  const lines = (text) => text.split("\n").filter(Boolean);
  const words = wordsOf(drawn);
  return { drawn: words, guesser: new Guesser([lines(passwords), lines(common)], [words]) };
}

/** What belongs to whoever is logged in here, and so to whoever guesses. Nothing where nobody says. */
export async function ownWords(ask = fetch) {
  const answer = await ask("/v1/me", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  const { email } = answer?.ok ? await answer.json().catch(() => ({})) : {};
  return ["Sotto", location.hostname, ...(email ? [email] : [])];
}

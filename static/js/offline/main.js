// The page that opens exports without a network.
import { startChoosing } from "./choosing.js";
import { breath, fillWords, part, show, write } from "./dom.js";
import { Library } from "./library.js";
import { Opened } from "./opened.js";
import { Reader } from "./reader.js";
import { sessionOf, Unlocking } from "./unlocking.js";
import { LANGUAGE } from "./words.js";

document.documentElement.lang = LANGUAGE;
fillWords();

let [collection, session, opened] = [null, null, null];
const reader = new Reader();
const library = new Library((row, query) => reader.open(opened, row, query));

const unlocking = new Unlocking(async (vault) => {
  const mine = session;
  const opening = new Opened(vault, collection.keyring);
  await opening.load(collection.items, async (done, all) => {
    write(part("deriving"), "opening", { done, all });
    await breath();
  });
  write(part("deriving"), null);
  if (mine !== session || !session.vault) return; // locked, or another export, meanwhile
  opened = opening;
  part("lock").hidden = false;
  library.show(opened);
  show("library");
});

startChoosing((chosen) => {
  collection = chosen;
  session?.lock("left");
  session = chosen && sessionOf(chosen.keyring);
  const mine = session;
  session?.addEventListener("locked", ({ detail }) => mine === session && locked(detail));
  unlocking.begin(session, chosen?.keyring.ring);
});

function locked(why) {
  opened = null;
  part("lock").hidden = true;
  library.clear();
  reader.clear();
  show("start");
  unlocking.again(why);
}

part("lock").addEventListener("click", () => session?.lock("asked"));
part("back").addEventListener("click", () => {
  reader.clear();
  show("library");
});

show("start");

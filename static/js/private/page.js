// The one document that holds keys. Shows one view at a time, and while it is locked none that needs them.
import theme from "../behaviours/theme.js";
import { Tampered } from "../crypto/vault.js";
import { Opened } from "./opened.js";
import { noticeLogOut } from "./presence.js";
import { Remote } from "./remote.js";
import { readRing, reasonOf } from "./ring.js";
import { isForAll, isForLocked, routeOf } from "./routes.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";

const stage = new Stage(document.querySelector("[data-place]"));
const lockButton = document.querySelector("[data-lock]");
let session = null;
let ring = null;
let opened = null;
let turn = 0;
let shownAt = null;

function say(words) {
  const place = document.querySelector("[data-say]");
  place.textContent = "";
  setTimeout(() => (place.textContent = words), 50); // the same words twice are said twice
}

function go(path) {
  if (path !== location.pathname + location.hash) history.pushState(null, "", path);
  scrollTo(0, 0);
  return show();
}

/** What the address asks for, or what has to come before it. */
async function due() {
  const route = routeOf(location.pathname);
  if (isForAll(route)) return route;
  if (session?.vault) return opened.ready().then(() => (route.name === "setup" ? { name: "library", params: {} } : route), instead);
  const read = await readRing();
  if (read.reason && !(read.reason === "later" && ring)) return { name: "trouble", params: read };
  if (session && read.uid && read.uid !== session.uid) location.reload(); // somebody else has logged in
  session ??= begun(read.uid);
  ring = read.uid ? read.ring : ring;
  if (ring && isForLocked(route)) return route;
  return { name: ring ? "locked" : "setup", params: {} };
}

/** Where the list of what there is did not come, or is not right. */
function instead(failed) {
  if (failed instanceof Tampered) return { name: "stopped", params: { what: failed.what } };
  return { name: "trouble", params: reasonOf(failed.status ?? 0, failed.problem) };
}

function begun(uid) {
  const made = new Session(uid);
  made.addEventListener("unlocked", () => {
    ring = made.vault.ring;
    opened = new Opened(made, (what) => (what === "overtaken" ? made.lock("rotated") : show()));
    show();
  });
  made.addEventListener("locked", ({ detail }) => {
    opened.close();
    opened = null;
    show({ why: detail });
  });
  noticeLogOut(made);
  return made;
}

async function show({ why = null } = {}) {
  turn += 1;
  const mine = turn;
  const isFirst = mine === 1;
  shownAt = location.pathname;
  lockButton.hidden = !session?.vault;
  stage.clear();
  const { name, params } = await due();
  if (mine !== turn) return;
  const { vault = null, uid = "" } = session ?? {};
  const { remote = new Remote(), shelf = null, words = null } = opened ?? {};
  await stage.show(name, { session, vault, uid, ring, remote, shelf, words, go, params, say, why, again: show }, isFirst);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-go]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname + link.hash);
});
lockButton.addEventListener("click", () => session.lock("asked"));
addEventListener("popstate", () => location.pathname !== shownAt && show()); // not for a place within the page
theme(document.querySelector("[data-theme-switch]"));
show();

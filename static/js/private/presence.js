// Notices that nobody is logged in any more: another tab says so, or the server, when this one is looked at again.
import { readRing } from "./ring.js";

export function noticeLogOut(session, page = document) {
  page.addEventListener("visibilitychange", async () => {
    if (page.visibilityState !== "visible" || !session.vault) return;
    const { reason, uid } = await readRing();
    if (reason === "login" || (uid && uid !== session.uid)) session.lock("logout");
  });
}

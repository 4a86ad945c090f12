// What to do where the locked keys did not come.
const LINKS = { login: "[data-log-in]", reauthenticate: "[data-prove]" };

export default function trouble(place, { params: { reason }, again }) {
  const known = place.querySelector(`[data-reason="${reason}"]`) ?? place.querySelector('[data-reason="refused"]');
  for (const words of place.querySelectorAll("[data-reason]")) words.hidden = words !== known;
  const link = LINKS[reason] && place.querySelector(LINKS[reason]);
  if (link) {
    link.search = new URLSearchParams({ next: location.pathname });
    link.hidden = false;
    link.classList.add("button-main");
  }
  const button = place.querySelector("[data-again]");
  button.hidden = Boolean(link);
  button.addEventListener("click", () => (reason === "part" ? location.reload() : again()));
}

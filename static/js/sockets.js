// Says on the element itself whether its socket is open, for behaviours that come later.
const STATES = { "htmx:wsOpen": "open", "htmx:wsClose": "closed", "htmx:wsError": "closed" };

for (const [name, state] of Object.entries(STATES)) {
  document.addEventListener(name, (event) => {
    event.target.dataset.socket = state;
    event.target.dispatchEvent(new CustomEvent("sotto:socket", { detail: state }));
  });
}

// The extension would open a second socket for an element that a boosted page kept.
document.addEventListener("htmx:wsConnecting", (event) => {
  event.target.removeAttribute("ws-connect");
});

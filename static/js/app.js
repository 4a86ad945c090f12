// Loads what the page asks for by `data-behaviour`, and solves htmx's edge cases once.
import { csrfToken } from "./csrf.js";
import { notify } from "./notices.js";
import { attach } from "./behaviours.js";
import { queue } from "./upload/session.js";
import "./focus.js";
import "./sockets.js";

document.addEventListener("htmx:load", (event) => attach(event.detail.elt));
attach(document.documentElement);

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

// An address that ends in `#t=SECONDS` names no element to look for: the page of it knows what to do.
document.addEventListener("htmx:beforeSwap", ({ detail: { pathInfo } }) => {
  if (pathInfo?.anchor?.startsWith("t=")) pathInfo.anchor = "";
});

// A link that leads to an error page shows that page; a part that fails leaves the page alone.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { boosted, xhr } = event.detail;
  const isPage = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
  if (boosted && xhr.status >= 400 && isPage) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (elt.closest("[data-quiet]")) return;
  const isText = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
  if (isText && xhr.status !== 500) notify(xhr.responseText.slice(0, 300));
  else notify(xhr.status >= 500 ? "server" : xhr.status === 404 ? "gone" : "refused");
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!event.detail.elt.closest("[data-quiet]")) notify("network");
  });
}

addEventListener("beforeunload", (event) => {
  if (queue.isSending) event.preventDefault();
});

// The page that a share link opens: no htmx, no uploads, nothing kept in the browser.
import { attach } from "./behaviours.js";

attach(document.documentElement);

// The editor of a Standard transcript.
import { openDesk } from "../editor/desk.js";
import { lay } from "../editor/lay.js";

export default function editor(article) {
  return openDesk(article, lay);
}

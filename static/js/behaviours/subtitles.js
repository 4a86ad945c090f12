// A Standard transcript as subtitles.
import { openDesk } from "../editor/desk.js";
import { lay } from "../subtitles/lay.js";

export default function subtitles(article) {
  return openDesk(article, lay);
}

// Where in a text something was found.
import { made } from "./dom.js";
import { folded } from "./opened.js";

/** Nodes: text, and marks around what was searched for. Where folding moves letters it is left unmarked. */
export function marked(text, query) {
  const [plain, sought] = [folded(text), folded(query)];
  if (!sought || plain.length !== text.length) return [text];
  const nodes = [];
  let from = 0;
  for (let at = plain.indexOf(sought); at >= 0; at = plain.indexOf(sought, from)) {
    nodes.push(text.slice(from, at), made("mark", { text: text.slice(at, at + sought.length) }));
    from = at + sought.length;
  }
  return [...nodes, text.slice(from)];
}

// What the page says by the ids of session.js and ring.js: it brought the sentences along.
import { sentence } from "../editor/sentence.js";

/** `values` fill `{name}`. What has no sentence of its own was refused. */
export function told(id, values = {}) {
  const { content } = document.querySelector("template[data-sentences]");
  const words = content.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? content.querySelector('[data-id="refused"]');
  return sentence(words.textContent, values);
}

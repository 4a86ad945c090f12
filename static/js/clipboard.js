/** Copy a text. The clipboard's own door is shut on plain http, save on this very machine. */
export async function toClipboard(text, beside = document.body) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  beside.append(area); // inside an open dialog, or it could not be selected
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

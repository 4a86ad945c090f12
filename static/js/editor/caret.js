// Where the caret is in a field of text, in UTF-16 units as strings count.

/** `{start, end}` of the selection within `field`, or null. */
export function caretIn(field) {
  const selection = getSelection();
  if (!selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!field.contains(range.startContainer) || !field.contains(range.endContainer)) return null;
  return { start: offsetOf(field, range.startContainer, range.startOffset), end: offsetOf(field, range.endContainer, range.endOffset) };
}

export function setCaret(field, start, end = start) {
  const range = rangeIn(field, start, end);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

export function rangeIn(field, start, end) {
  const range = document.createRange();
  range.setStart(...placeOf(field, start));
  range.setEnd(...placeOf(field, end));
  return range;
}

function offsetOf(field, node, offset) {
  const before = document.createRange();
  before.selectNodeContents(field);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** Mostly there is one text node; while somebody types there may be more. */
function placeOf(field, offset) {
  const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return [field, field.childNodes.length];
}

// Where two people, or two tabs, changed the same: both texts, and a choice. Nothing goes silently.
import { Draft, Unfit } from "./operations.js";

/**
 * Lay `operations`, made upon an older version, onto the current document. Returns those that still
 * `fit`, those that are `lost`, and of the `segments` that both sides touched (null: any) those
 * where the texts differ: `clashes`, `[{segment, yours, theirs}]`.
 */
export function laidUpon(document, operations, segments = null) {
  const draft = new Draft(structuredClone(document));
  const theirs = new Map(document.segments.map((row) => [row.id, row.text]));
  const yours = new Map();
  const [fit, lost] = [[], []];
  for (const operation of operations) {
    try {
      draft.apply(operation);
      fit.push(operation);
      for (const [id, text] of textsIn(operation)) yours.set(id, text);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      lost.push(operation);
    }
  }
  const isClash = ([id, text]) => theirs.has(id) && theirs.get(id) !== text && (segments?.includes(id) ?? true);
  const clashes = [...yours].filter(isClash).map(([segment, text]) => ({ segment, yours: text, theirs: theirs.get(segment) }));
  return { fit, lost, clashes };
}

/** Without what these operations make of the text of a segment. */
export function without(operations, segment) {
  return operations.filter((operation) => ![...textsIn(operation)].some(([id]) => id === segment));
}

function* textsIn(operation) {
  if (operation.op === "text") yield [operation.segment, operation.text];
  const rows = { put: operation.segments, splice: operation.insert }[operation.op] ?? [];
  for (const row of rows) yield [row.id, row.text];
}

/** Ask, in `dialog`, for each clash which text stays. Resolves to the segments where theirs does. */
export function asked(dialog, clashes, lost) {
  const list = dialog.querySelector("[data-clashes]");
  const template = dialog.querySelector("template");
  list.replaceChildren(...clashes.map((clash, index) => {
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.clash = clash.segment;
    for (const side of ["yours", "theirs"]) {
      item.querySelector(`[data-${side}]`).textContent = clash[side];
      item.querySelector(`[value="${side}"]`).name = `clash-${index}`;
    }
    return item;
  }));
  dialog.querySelector("[data-lost]").hidden = !lost.length;
  dialog.showModal();
  return new Promise((resolve) => {
    const decide = () => {
      const items = [...list.querySelectorAll("[data-clash]")];
      resolve(items.filter((item) => item.querySelector('[value="theirs"]').checked).map((item) => item.dataset.clash));
    };
    dialog.addEventListener("close", decide, { once: true });
  });
}

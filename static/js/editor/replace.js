// Replacing what the bar found: one after the other, or all after a look at them.
import { replacing } from "./found.js";

export function replacer({ part, editing, findBar, preview }) {
  const bar = part("find");
  const replacement = () => findBar.field("replacement").value;

  async function one() {
    if (!(await findBar.ask({ replacement: replacement() }))) return;
    const { now } = findBar;
    editing.act(replacing([now], editing.row), now.segment);
    await findBar.ask({ from: { segment: now.segment, start: now.start + now.replacement.length } });
  }

  async function all() {
    if (await findBar.ask({ replacement: replacement() })) preview.open(findBar.found.all);
  }

  bar.querySelector("[data-replace]").addEventListener("click", one);
  bar.querySelector("[data-replace-all]").addEventListener("click", all);
  findBar.field("replacement").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) all();
    else one();
  });
}

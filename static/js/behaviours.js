const attached = new WeakMap();

/** Give every element of `root` that names behaviours the modules of those names, once. */
export function attach(root) {
  const named = [...root.querySelectorAll("[data-behaviour]")];
  if (root.matches("[data-behaviour]")) named.push(root);
  for (const element of named) {
    if (attached.has(element)) continue;
    attached.set(element, []);
    for (const name of element.dataset.behaviour.split(" ")) load(element, name);
  }
}

async function load(element, name) {
  const module = await import(`./behaviours/${name}.js`);
  const detach = element.isConnected ? module.default(element) : undefined;
  if (detach) attached.get(element).push(detach);
}

document.addEventListener("htmx:beforeCleanupElement", (event) => {
  for (const detach of attached.get(event.target) ?? []) detach();
});

// The page of share links as a dialog over the transcript. Without it the link opens the page.
export default function sharing(link) {
  const dialog = document.getElementById(link.dataset.dialog);
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await htmx.ajax("GET", link.href, { source: dialog, target: dialog.querySelector("#sharing"), swap: "outerHTML" });
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}

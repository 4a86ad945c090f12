// The file is written by the server: what is still here goes there first.
export function takeAlong({ part, outbox, ending }) {
  const [form, problem] = [part("rules"), part("rules-problem")];
  form.addEventListener("submit", async (event) => {
    problem.textContent = "";
    if (!outbox.count) return;
    event.preventDefault();
    await outbox.flush();
    if (outbox.count) problem.textContent = problem.dataset.unsaved;
    else form.submit();
  }, { signal: ending.signal });
}

// A name with a form behind it. After saving, the focus is where it was.
let saved = "";

export default function rename(element) {
  const form = element.querySelector("[data-form]");
  const edit = element.querySelector("[data-edit]");
  const input = form.querySelector("input[name]:not([type=hidden])");

  function open(isOpen) {
    form.hidden = !isOpen;
    edit.hidden = isOpen;
    element.querySelector("[data-shown]").classList.toggle("visually-hidden", isOpen);
    if (isOpen) input.select();
    else edit.focus();
  }

  function close() {
    form.reset();
    open(false);
  }

  edit.addEventListener("click", () => open(true));
  form.querySelector("[data-cancel]").addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  form.addEventListener("submit", () => (saved = element.id));
  if (saved === element.id) {
    saved = "";
    edit.focus();
  }
}

// The server knows no reader's clock; the browser does.
const STYLES = {
  date: { dateStyle: "long" },
  usual: { dateStyle: "long", timeStyle: "short" },
  exact: { dateStyle: "medium", timeStyle: "long" },
};

export default function localTime(element) {
  const when = new Date(element.dateTime);
  if (element.dataset.beside === "utc" && !when.getTimezoneOffset()) return; // it would say the same again
  const style = STYLES[element.dataset.only ?? "usual"];
  element.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(when);
}

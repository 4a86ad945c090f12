// The server knows no reader's clock; the browser does.
export default function localTime(element) {
  const when = new Date(element.dateTime);
  const style = element.dataset.only === "date" ? { dateStyle: "long" } : { dateStyle: "long", timeStyle: "short" };
  element.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(when);
}

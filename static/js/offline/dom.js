import { say } from "./words.js";

export const part = (name) => document.querySelector(`[data-part="${name}"]`);

/** An element; what a file says becomes text and never markup. */
export function made(tag, { text, say: id, values, ...attributes } = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (id ?? text) element.textContent = id ? say(id, values) : text;
  element.append(...inside);
  return element;
}

export function write(element, id, values) {
  element.textContent = id ? say(id, values) : "";
}

export const listed = (problems) => problems.map(({ id, values }) => made("li", { say: id, values }));

export function show(view) {
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
  document.querySelector(`[data-view="${view}"] h1`).focus();
  scrollTo(0, 0);
}

export function fillWords() {
  for (const element of document.querySelectorAll("[data-say]")) write(element, element.dataset.say);
}

/** After what is on the screen has been painted, so that long work does not hide what was said about it. */
export const breath = () => new Promise((resolve) => setTimeout(resolve));

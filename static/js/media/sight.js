// What sticks to the edges of the window never lies over what has the focus, or is being spoken.
const HEAD = ".desk-head";
const FOOT = ".player";
const STICKING = `${HEAD}, ${FOOT}, .subtitle-stage`;

/** The window scrolls as if it ended where these begin, however high they become. */
export function keepClear(signal) {
  const { style } = document.documentElement;
  const measure = () => {
    style.setProperty("--head-covers", `${document.querySelector(HEAD)?.offsetHeight ?? 0}px`);
    style.setProperty("--foot-covers", `${document.querySelector(FOOT)?.offsetHeight ?? 0}px`);
  };
  const watching = new ResizeObserver(measure);
  for (const element of document.querySelectorAll(`${HEAD}, ${FOOT}`)) watching.observe(element);
  signal.addEventListener("abort", () => {
    watching.disconnect();
    style.removeProperty("--head-covers");
    style.removeProperty("--foot-covers");
  });
}

/** Whether nothing of it is cut off or covered. */
export function isInSight(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const isFree = [...document.querySelectorAll(STICKING)].every((one) => {
    const over = one.getBoundingClientRect();
    return over.right <= left || over.left >= right || over.bottom <= top || over.top >= bottom;
  });
  return isFree && top >= 0 && bottom <= innerHeight;
}

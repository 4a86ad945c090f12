// What a pointer does on the waveform: goes to a time, selects, moves a boundary, or moves the view.
import { moved } from "../editor/bounds.js";

const NEAR_PIXELS = { mouse: 5, touch: 14, pen: 8 };
const CLICK_PIXELS = 4;

/** `wave` is asked for its `view` and `rowsInSight`, and told what changed by `show`. */
export function listenToPointer(wave, { editing, typing, player, listening }) {
  const { place, view } = wave;
  const at = (event) => event.clientX - place.getBoundingClientRect().left;
  let drag = null;

  /** The boundary under the pointer: the nearest of those that have room to be told apart. */
  function boundaryAt(x, near) {
    let best = null;
    for (const row of wave.rowsInSight()) {
      if (view.xOf(row.end) - view.xOf(row.start) < 2 * near) continue;
      for (const edge of ["start", "end"]) {
        const distance = Math.abs(view.xOf(row[edge]) - x);
        if (distance <= near && distance < (best?.distance ?? Infinity)) best = { id: row.id, edge, distance };
      }
    }
    return best;
  }

  const boundary = {
    move: (x) => wave.show({ preview: moved(editing.segments, drag.id, drag.edge, view.timeAt(x), player.duration) }),
    end: () => editing.act(wave.preview, drag.id),
  };
  const selecting = {
    move: (x) => {
      const [start, end] = [drag.time, view.timeAt(x)].sort((a, b) => a - b);
      listening.select({ start, end });
    },
  };
  const panning = {
    move: (x) => (view.move(((drag.x - x) / view.width) * view.span), (drag.x = x), wave.show()),
  };

  function click(x) {
    listening.select(null);
    player.seek(view.timeAt(x));
    wave.showRow();
  }

  function finish() {
    drag = null;
    wave.show({ preview: [] });
  }

  place.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const x = at(event);
    const hit = boundaryAt(x, NEAR_PIXELS[event.pointerType] ?? NEAR_PIXELS.mouse);
    typing.commit();
    drag = { ...hit, x, from: x, time: view.timeAt(x), how: hit ? boundary : event.pointerType === "touch" ? panning : selecting };
    place.setPointerCapture(event.pointerId);
  });
  place.addEventListener("pointermove", (event) => {
    const x = at(event);
    if (!drag) return place.classList.toggle("is-boundary", Boolean(event.pointerType === "mouse" && boundaryAt(x, NEAR_PIXELS.mouse)));
    drag.moved ||= Math.abs(x - drag.from) > CLICK_PIXELS;
    return drag.moved && drag.how.move(x);
  });
  place.addEventListener("pointerup", (event) => {
    if (!drag) return;
    if (!drag.moved) click(at(event));
    else drag.how.end?.();
    finish();
  });
  place.addEventListener("pointercancel", finish);
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) (event.preventDefault(), finish());
  });
}

// The waveform as a slider for keys; and a wheel zooms with Ctrl (as two fingers do) and moves sideways.
const FINE = 100; // parts of what is in sight
const COARSE = 4;
const ZOOM_A_NOTCH = 1.0025;

const KEYS = {
  ArrowLeft: ({ view, time }) => time - view.span / FINE,
  ArrowRight: ({ view, time }) => time + view.span / FINE,
  PageUp: ({ view, time }) => time - view.span / COARSE,
  PageDown: ({ view, time }) => time + view.span / COARSE,
  Home: () => 0,
  End: ({ view }) => view.duration,
};

export function listenToKeysAndWheel(wave, { player }) {
  const { place, view } = wave;
  place.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    player.seek(KEYS[event.key]({ view, time: player.time }));
    wave.showRow();
  });
  place.addEventListener("wheel", (event) => {
    const sideways = event.deltaX || (event.shiftKey ? event.deltaY : 0);
    if (!event.ctrlKey && !sideways) return;
    event.preventDefault();
    if (event.ctrlKey) view.zoom(ZOOM_A_NOTCH ** event.deltaY, view.timeAt(event.clientX - place.getBoundingClientRect().left));
    else view.move((sideways / view.width) * view.span);
    wave.show();
  }, { passive: false });
}

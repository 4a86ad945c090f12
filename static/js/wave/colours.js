// The colours of the page, and a pattern for each speaker: colour is never the only sign.
const VOICES = 9;
const SIZE = 8;

const LINES = [ // of each speaker's pattern, in a square of SIZE
  [],
  [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]],
  [[0, 0, 8, 8], [-2, 6, 2, 10], [6, -2, 10, 2]],
  [[0, 4, 8, 4]],
  [[4, 0, 4, 8]],
  [[0, 4, 8, 4], [4, 0, 4, 8]],
  [[0, 8, 8, 0], [0, 0, 8, 8]],
  [[0, 2, 4, 6], [4, 6, 8, 2]],
  [[1, 4, 3, 4], [5, 0, 7, 0], [5, 8, 7, 8]],
];

/** Read from the page anew, because light and dark change them. */
export function coloursOf(place) {
  const probe = document.createElement("span");
  place.append(probe);
  const read = (name) => ((probe.style.color = `var(--${name})`), getComputedStyle(probe).color);
  const names = ["ink", "ink-soft", "line", "line-strong", "surface", "accent"];
  const colours = Object.fromEntries(names.map((name) => [name, read(name)]));
  colours.font = getComputedStyle(place).fontFamily;
  colours.voices = Array.from({ length: VOICES }, (_, voice) => read(`voice-${voice}`));
  probe.remove();
  return colours;
}

export function patternsOf(context, colours) {
  return colours.voices.map((colour, voice) => {
    const tile = new OffscreenCanvas(SIZE, SIZE);
    const paint = tile.getContext("2d");
    paint.fillStyle = paint.strokeStyle = colour;
    paint.globalAlpha = 0.22;
    paint.fillRect(0, 0, SIZE, SIZE);
    paint.globalAlpha = 0.9;
    paint.lineWidth = 1.5;
    for (const [x1, y1, x2, y2] of LINES[voice]) {
      paint.beginPath();
      paint.moveTo(x1, y1);
      paint.lineTo(x2, y2);
      paint.stroke();
    }
    return context.createPattern(tile, "repeat");
  });
}

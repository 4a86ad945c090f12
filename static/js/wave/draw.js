// Draws what is in sight: times, how loud it is in the speakers' colours, and who speaks when.
import { clock } from "../media/words.js";
import { rulerStep } from "./view.js";

const RULER = 16;
const LANE = 20;
const LABEL_FROM = 44; // pixels that a segment needs for its speaker's name
const TICK_PIXELS = 72;

/** `rows` are those in sight, in their order: {start, end, voice, name, isCurrent}. */
export function draw(context, { view, height, peaks, rows, marks, colours, patterns }) {
  context.clearRect(0, 0, view.width, height);
  drawRuler(context, view, height, colours);
  if (peaks) drawPeaks(context, view, height, peaks, rows, colours);
  let drawnTo = -1; // in pixels: of segments that share one, the first stands for all
  for (const row of rows) {
    const to = Math.floor(view.xOf(row.end));
    if (to > drawnTo || row.isCurrent) drawRow(context, view, height, row, colours, patterns);
    drawnTo = Math.max(drawnTo, to);
  }
  for (const mark of marks) drawMark(context, view.xOf(mark.time), height, colours);
}

function drawRuler(context, view, height, colours) {
  const step = rulerStep(view.span, view.width, TICK_PIXELS);
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (let tick = Math.ceil(view.start / step) * step; tick < view.end; tick += step) {
    const x = Math.round(view.xOf(tick));
    context.fillStyle = colours.line;
    context.fillRect(x, 0, 1, height - LANE);
    context.fillStyle = colours["ink-soft"];
    const rest = step < 1 ? `.${Math.round((tick % 1) * 10) % 10}` : "";
    context.fillText(clock(tick + 1e-6) + rest, x + 4, RULER / 2 + 1);
  }
}

function drawPeaks(context, view, height, peaks, rows, colours) {
  const room = height - RULER - LANE - 4;
  const middle = RULER + room / 2 + 1;
  const seconds = view.span / view.width;
  const shapes = new Map();
  let next = 0;
  let row = null;
  for (let x = 0; x < view.width; x += 1) {
    const time = view.start + x * seconds;
    while (next < rows.length && rows[next].start <= time) row = rows[next++];
    const voice = row && time < row.end ? row.voice : -1;
    const half = Math.max(0.5, (peaks.between(time, time + seconds) * room) / 2);
    if (!shapes.has(voice)) shapes.set(voice, new Path2D());
    shapes.get(voice).rect(x, middle - half, 1, 2 * half);
  }
  for (const [voice, shape] of shapes) {
    context.fillStyle = colours.voices[voice] ?? colours["line-strong"];
    context.fill(shape);
  }
}

function drawRow(context, view, height, { start, end, voice, name, isCurrent }, colours, patterns) {
  const left = Math.round(view.xOf(start));
  const width = Math.max(1, Math.round(view.xOf(end)) - left);
  const top = height - LANE;
  context.fillStyle = patterns[voice];
  context.fillRect(left, top, width, LANE);
  if (width < 5) return;
  context.fillStyle = isCurrent ? colours.ink : colours.voices[voice];
  for (const x of [left, left + width - 1]) context.fillRect(x, RULER, 1, height - RULER);
  if (isCurrent) for (const y of [top, height - 2]) context.fillRect(left, y, width, 2);
  if (width < LABEL_FROM || !name) return;
  const from = Math.max(left, 0) + 4;
  const most = Math.min(left + width, view.width) - from - 4;
  if (most < LABEL_FROM - 8) return;
  context.save();
  context.beginPath();
  context.rect(from, top, most, LANE);
  context.clip();
  context.font = `600 11px ${colours.font}`;
  const wide = Math.min(most, context.measureText(name).width + 8);
  context.fillStyle = colours.surface;
  context.fillRect(from, top + 3, wide, LANE - 6);
  context.fillStyle = colours.ink;
  context.fillText(name, from + 4, top + LANE / 2 + 0.5);
  context.restore();
}

function drawMark(context, x, height, colours) {
  context.fillStyle = colours.accent;
  context.beginPath();
  context.moveTo(x - 5, 0);
  context.lineTo(x + 5, 0);
  context.lineTo(x, 9);
  context.fill();
  context.fillRect(Math.round(x), 0, 1, height - LANE);
}

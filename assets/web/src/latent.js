// The picture of a latent space: returns as colours, codes as dots, the place, the climb.

import { mosaic, ramp } from "./ramp.js";
import { ACCENT, alpha, scaleOf } from "./theme.js";

const BEYOND = 0.08; // of the box, shown on either side of it
const viridis = ramp(scaleOf([0, 1]));

/** What is shown of an axis: the box and a little beyond; nothing for an axis that is not there. */
export function spanOf({ low, high }, axis) {
  if (axis >= low.length) return undefined;
  const more = BEYOND * (high[axis] - low[axis]);
  return [low[axis] - more, high[axis] + more];
}

/** The latent under a pixel of the canvas. */
export function placeOf(view, canvas, px, py) {
  const [low, high] = spanOf(view, 0);
  const first = low + (px / canvas.clientWidth) * (high - low);
  if (view.dim === 1) return [first];
  const [bottom, top] = spanOf(view, 1);
  return [first, top - (py / canvas.clientHeight) * (top - bottom)];
}

export function drawLatent(g, width, height, scene) {
  const { view, theme } = scene;
  const x = along(spanOf(view, 0), 0, width);
  g.clearRect(0, 0, width, height);
  g.fillStyle = theme.secondary; // outside of the codes
  g.fillRect(0, 0, width, height);
  if (view.dim === 1) drawLine(g, height, x, scene);
  else drawPlane(g, x, along(spanOf(view, 1), height, 0), scene);
}

const along = ([low, high], from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);
const rewardOf = ({ view, points }, point) => points[point * view.num_rewards + view.reward];
const shareOf = ({ view }, value) => (value - view.range[0]) / (view.range[1] - view.range[0]);

/** One dimension: the return over z, and the codes as ticks. */
function drawLine(g, height, x, scene) {
  const { view, codes, theme, z, climb, text } = scene;
  const [top, bottom] = [26, height - 34];
  const y = along(view.range, bottom, top);
  const zOf = (i) => view.low[0] + (i / (view.per_axis - 1)) * (view.high[0] - view.low[0]);
  for (let i = 0; i < view.per_axis - 1; i++) {
    g.fillStyle = `rgb(${viridis(shareOf(scene, rewardOf(scene, i)))})`;
    const value = y(rewardOf(scene, i));
    g.fillRect(x(zOf(i)), value, x(zOf(i + 1)) - x(zOf(i)) + 0.5, bottom - value);
  }
  g.fillStyle = alpha(theme.text, 0.4);
  for (const code of codes) g.fillRect(x(code) - 0.5, bottom + 6, 1, 10);
  g.fillStyle = alpha(theme.text, 0.8);
  g.font = `11px ${theme.font}`;
  g.fillText(text(view.range[1]), 4, top - 6);
  g.fillText(text(view.range[0]), 4, bottom - 3);
  if (climb) drawClimb(g, climb, x, () => (top + bottom) / 2, theme);
  g.strokeStyle = ACCENT;
  g.lineWidth = 2;
  g.beginPath();
  g.moveTo(x(z[0]), top - 14);
  g.lineTo(x(z[0]), bottom + 18);
  g.stroke();
  disc(g, x(z[0]), top - 14, 6, ACCENT, theme.background);
}

/** Two dimensions, or the slice of three that the place lies in. */
function drawPlane(g, x, y, scene) {
  const { view, codes, theme, z, climb } = scene;
  const { per_axis: n, low, high, dim } = view;
  const slice = dim < 3 ? 0 : Math.round(((z[2] - low[2]) / (high[2] - low[2])) * (n - 1));
  const third = Math.min(n - 1, Math.max(0, slice));
  const point = (column, row) => (dim < 3 ? column * n + row : (column * n + row) * n + third);
  g.imageSmoothingEnabled = false;
  const picture = mosaic(n, n, (column, row) => shareOf(scene, rewardOf(scene, point(column, row))), viridis);
  g.drawImage(picture, x(low[0]), y(high[1]), x(high[0]) - x(low[0]), y(low[1]) - y(high[1]));
  const near = dim < 3 ? Infinity : (high[2] - low[2]) / n; // of the slice: only its codes are drawn
  for (let i = 0; i < codes.length; i += dim) {
    if (dim > 2 && Math.abs(codes[i + 2] - z[2]) > near) continue;
    disc(g, x(codes[i]), y(codes[i + 1]), 1.6, "rgba(255, 255, 255, 0.75)", "rgba(0, 0, 0, 0.55)");
  }
  if (climb) drawClimb(g, climb, x, y, theme);
  g.strokeStyle = theme.dark ? "rgba(255,255,255,.75)" : "rgba(20,25,35,.75)";
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(x(z[0]), 0);
  g.lineTo(x(z[0]), g.canvas.height);
  g.moveTo(0, y(z[1]));
  g.lineTo(g.canvas.width, y(z[1]));
  g.stroke();
  disc(g, x(z[0]), y(z[1]), 7, ACCENT, "#ffffff");
}

/** The centre's path so far and one standard deviation around it. */
function drawClimb(g, { centres, sigmas, generation }, x, y, theme) {
  const shown = centres.slice(0, generation + 1);
  g.strokeStyle = theme.dark ? "#fff" : "#17212e";
  g.lineWidth = 2;
  g.beginPath();
  shown.forEach((centre) => g.lineTo(x(centre[0]), y(centre[1] ?? 0)));
  g.stroke();
  const [centre, sigma] = [shown.at(-1), sigmas[generation]];
  const [cx, cy] = [x(centre[0]), y(centre[1] ?? 0)];
  g.setLineDash([4, 3]);
  g.beginPath();
  g.ellipse(cx, cy, Math.abs(x(centre[0] + sigma[0]) - cx), centre.length > 1 ? Math.abs(y(centre[1] + sigma[1]) - cy) : 12, 0, 0, 7);
  g.stroke();
  g.setLineDash([]);
  disc(g, cx, cy, 4, theme.text, theme.background);
}

function disc(g, x, y, radius, fill, edge) {
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fillStyle = fill;
  g.fill();
  g.strokeStyle = edge;
  g.lineWidth = Math.max(1, radius / 4);
  g.stroke();
}

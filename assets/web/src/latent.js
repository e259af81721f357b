// The picture of a latent space: returns as colours, codes as dots, the place, the climb.

import { mosaic, ramp } from "./ramp.js";
import { ACCENT, alpha, scaleOf } from "./theme.js";

const BEYOND = 0.08; // of the box, shown on either side of it
const viridis = ramp(scaleOf([0, 1]));

/** Where a place may be put along an axis: in the box and a little beyond; nothing for an axis that is not there. */
export function reachOf({ low, high }, axis) {
  if (axis >= low.length) return undefined;
  const more = BEYOND * (high[axis] - low[axis]);
  return [low[axis] - more, high[axis] + more];
}

/** What is shown of it: that, and all of a climb that left it. */
function spanOf(view, axis) {
  const [low, high] = reachOf(view, axis);
  const more = BEYOND * (high - low);
  const centres = view.climb?.centres.map((centre) => centre[axis]) ?? [];
  return [Math.min(low, ...centres.map((value) => value - more)), Math.max(high, ...centres.map((value) => value + more))];
}

/** The two axes that are across and up. */
export const axesOf = ({ axes }) => axes ?? [0, 1];

/** What of the latent changes under a pixel of the canvas: {axis: value}, or all of the nearest code's. */
export function placeOf(view, canvas, px, py, codes) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (view.layout) return codeAt(view, codes, nearestCode(view.layout, [width, height], [px, py]));
  const [across, up] = axesOf(view);
  const [low, high] = spanOf(view, across);
  const first = low + (px / width) * (high - low);
  if (view.dim === 1) return { 0: first };
  const [bottom, top] = spanOf(view, up);
  return { [across]: first, [up]: top - (py / height) * (top - bottom) };
}

/** The code nearest to a place of the layout that lies in a direction, as a latent. */
export function codeTowards(view, codes, z, axis, sign) {
  const here = codeNearest(view, codes, z);
  const [x, y] = [view.layout[2 * here], view.layout[2 * here + 1]];
  let [best, cost] = [here, Infinity];
  for (let i = 0; i < view.layout.length / 2; i++) {
    const away = [view.layout[2 * i] - x, view.layout[2 * i + 1] - y];
    const ahead = sign * away[axis];
    const aside = Math.abs(away[1 - axis]);
    if (i !== here && ahead > aside && ahead + 2 * aside < cost) [best, cost] = [i, ahead + 2 * aside];
  }
  return codeAt(view, codes, best);
}

export function drawLatent(g, width, height, scene) {
  const { view, theme } = scene;
  g.clearRect(0, 0, width, height);
  g.fillStyle = theme.secondary; // outside of the codes
  g.fillRect(0, 0, width, height);
  if (view.layout) return drawLayout(g, width, height, scene);
  const [across, up] = axesOf(view);
  const x = along(spanOf(view, across), 0, width);
  if (view.dim === 1) return drawLine(g, height, x, scene);
  const y = along(spanOf(view, up), height, 0);
  (view.per_axis ? drawPlane : drawScatter)(g, x, y, scene);
}

const codeAt = ({ dim }, codes, i) => Array.from(codes.subarray(i * dim, (i + 1) * dim));

function codeNearest({ dim }, codes, z) {
  let [best, least] = [0, Infinity];
  for (let i = 0; i < codes.length / dim; i++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (codes[i * dim + k] - z[k]) ** 2;
    if (sum < least) [best, least] = [i, sum];
  }
  return best;
}

/** Pixels of a layout, which is not drawn larger one way than the other. */
function layoutPixels(layout, [width, height]) {
  const [xs, ys] = [0, 1].map((k) => layout.filter((_, i) => i % 2 === k));
  const [[left, right], [bottom, top]] = [xs, ys].map((values) => [Math.min(...values), Math.max(...values)]);
  const scale = Math.min((width - 40) / (right - left), (height - 40) / (top - bottom));
  return (i) => [width / 2 + (layout[2 * i] - (left + right) / 2) * scale, height / 2 - (layout[2 * i + 1] - (bottom + top) / 2) * scale];
}

function nearestCode(layout, size, [px, py]) {
  const pixel = layoutPixels(layout, size);
  let [best, least] = [0, Infinity];
  for (let i = 0; i < layout.length / 2; i++) {
    const [x, y] = pixel(i);
    const away = (x - px) ** 2 + (y - py) ** 2;
    if (away < least) [best, least] = [i, away];
  }
  return best;
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
  if (climb) drawClimb(g, climb, x, () => (top + bottom) / 2, scene);
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
  if (climb) drawClimb(g, climb, x, y, scene);
  drawPlace(g, x(z[0]), y(z[1]), theme);
}

/** Every latent whose return is known, seen along two axes; those near in all the others stand out. */
function drawScatter(g, x, y, scene) {
  const { view, codes, codeReturns, searched, theme, z, climb } = scene;
  const [across, up] = axesOf(view);
  const colourOf = (value) => `rgb(${viridis(shareOf(scene, value))})`;
  const apart = (latents, i) => {
    let sum = 0;
    for (let k = 0; k < view.dim; k++)
      if (k !== across && k !== up) sum += ((latents[i * view.dim + k] - z[k]) / (view.high[k] - view.low[k])) ** 2;
    return Math.sqrt(sum / Math.max(1, view.dim - 2));
  };
  const draw = (latents, valueOf, radius) => {
    for (let i = 0; i < latents.length / view.dim; i++) {
      g.globalAlpha = 0.45 + 0.55 * Math.exp(-((apart(latents, i) / 0.2) ** 2));
      disc(g, x(latents[i * view.dim + across]), y(latents[i * view.dim + up]), radius, colourOf(valueOf(i)), "rgba(0, 0, 0, 0.35)");
    }
    g.globalAlpha = 1;
  };
  draw(searched, (i) => rewardOf(scene, i), 2.6);
  draw(codes, (i) => codeReturns[i * view.num_rewards + view.reward], 3.6);
  if (climb) drawClimb(g, climb, x, y, scene);
  drawPlace(g, x(z[across]), y(z[up]), theme);
}

/** The codes where UMAP puts them. */
function drawLayout(g, width, height, scene) {
  const { view, codes, codeReturns, theme, z } = scene;
  const pixel = layoutPixels(view.layout, [width, height]);
  for (let i = 0; i < view.layout.length / 2; i++) {
    const [px, py] = pixel(i);
    disc(g, px, py, 3.8, `rgb(${viridis(shareOf(scene, codeReturns[i * view.num_rewards + view.reward]))})`, "rgba(0, 0, 0, 0.35)");
  }
  drawPlace(g, ...pixel(codeNearest(view, codes, z)), theme);
}

function drawPlace(g, px, py, theme) {
  g.strokeStyle = theme.dark ? "rgba(255,255,255,.75)" : "rgba(20,25,35,.75)";
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(px, 0);
  g.lineTo(px, g.canvas.height);
  g.moveTo(0, py);
  g.lineTo(g.canvas.width, py);
  g.stroke();
  disc(g, px, py, 7, ACCENT, "#ffffff");
}

/** The centre's path so far and one standard deviation around it. */
function drawClimb(g, { centres, sigmas, generation }, x, y, { view, theme }) {
  const [across, up] = axesOf(view);
  const shown = centres.slice(0, generation + 1);
  g.strokeStyle = theme.dark ? "#fff" : "#17212e";
  g.lineWidth = 2;
  g.beginPath();
  shown.forEach((centre) => g.lineTo(x(centre[across]), y(centre[up] ?? 0)));
  g.stroke();
  const [centre, sigma] = [shown.at(-1), sigmas[generation]];
  const [cx, cy] = [x(centre[across]), y(centre[up] ?? 0)];
  g.setLineDash([4, 3]);
  g.beginPath();
  g.ellipse(cx, cy, Math.abs(x(centre[across] + sigma[across]) - cx), centre.length > 1 ? Math.abs(y(centre[up] + sigma[up]) - cy) : 12, 0, 0, 7);
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

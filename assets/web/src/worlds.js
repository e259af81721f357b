// Smooth World on a canvas: cells, what lies over them, and the walks of a fan.

import { mosaic } from "./ramp.js";
import { ACCENT, mix } from "./theme.js";

export const SIDE = 25;
const [WALL, DEATH] = [-1, -2];

/** Goals by number, told apart by colour-blind eyes too (Okabe and Ito). */
export const GOALS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];
export const goalColour = (number, theme) => GOALS[number - 1] ?? mix(theme.background, theme.text, number === DEATH ? 0.75 : 0.4);

/** Pixels of a place, and the place of a pixel. */
export const pixel = ([x, y], size) => [((x + 1) / 2) * size, (1 - (y + 1) / 2) * size];
export const placeAt = (px, py, size) => [(2 * px) / size - 1, 1 - (2 * py) / size];

/** What a cell holds; outside the room there is wall. */
export function holds(cells, [x, y]) {
  const [column, row] = [x, y].map((v) => Math.floor(((v + 1) / 2) * SIDE));
  return column < 0 || row < 0 || column >= SIDE || row >= SIDE ? WALL : cells[column * SIDE + row];
}

/** The room; `layer` is null or a share from 0 to 1 for each cell, NaN for none. */
export function drawRoom(g, size, { cells, layer, colourOf, theme }) {
  g.clearRect(0, 0, size, size);
  if (layer) {
    g.imageSmoothingEnabled = false;
    const back = theme.dark ? [14, 17, 23] : [255, 255, 255];
    g.globalAlpha = 0.62;
    g.drawImage(mosaic(SIDE, SIDE, (c, r) => layer[c * SIDE + r] ?? NaN, (share) => (Number.isFinite(share) ? colourOf(share) : back)), 0, 0, size, size);
    g.globalAlpha = 1;
  }
  const cell = size / SIDE;
  for (let column = 0; column < SIDE; column++)
    for (let row = 0; row < SIDE; row++) {
      const what = cells[column * SIDE + row];
      if (!what) continue;
      g.fillStyle = what === WALL ? mix(theme.background, theme.text, 0.55) : what === DEATH ? "#b3261e" : mix(theme.background, GOALS[what - 1], 0.75);
      g.fillRect(column * cell, size - (row + 1) * cell, cell + 0.5, cell + 0.5);
    }
}

/** Walks up to a share of the longest one's time; `faint` while they answer an older question. */
export function drawFan(g, size, { paths, outcomes }, share, { theme, faint }) {
  const longest = Math.max(...paths.map((path) => path.length / 2), 2);
  const until = Math.max(1, share * (longest - 1));
  g.lineWidth = 1.3;
  g.lineJoin = "round";
  paths.forEach((path, i) => {
    const last = Math.min(path.length / 2 - 1, Math.floor(until));
    g.strokeStyle = goalColour(outcomes[i], theme);
    g.globalAlpha = faint ? 0.16 : 0.6;
    g.beginPath();
    for (let step = 0; step <= last; step++) g.lineTo(...pixel([path[2 * step], path[2 * step + 1]], size));
    g.stroke();
    if (faint || share >= 1) return;
    g.globalAlpha = 1;
    g.fillStyle = g.strokeStyle;
    g.beginPath();
    g.arc(...pixel([path[2 * last], path[2 * last + 1]], size), 2.6, 0, 7);
    g.fill();
  });
  g.globalAlpha = 1;
}

/** The agent. */
export function drawAgent(g, size, at, theme) {
  g.beginPath();
  g.arc(...pixel(at, size), 7, 0, 7);
  g.fillStyle = ACCENT;
  g.strokeStyle = theme.background;
  g.lineWidth = 2;
  g.fill();
  g.stroke();
}

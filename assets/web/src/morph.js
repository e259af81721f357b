// From one map to another: the points travel in straight lines, so that nobody takes a map for a place.
// Drawn on a canvas of its own while plotly, which cannot animate WebGL points, stands aside.

import { el } from "./dom.js";
import { rowColours } from "./chart.js";
import { rgb } from "./theme.js";

const LENGTH = 550; // ms
const MANY = 4000; // more points are written as square dots, which costs a hundredth
const FEWEST_FRAMES = 3; // even where one takes long

const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

export class Morph {
  constructor() {
    this.node = el("canvas", { class: "sm-morph", "aria-hidden": "true", hidden: true });
  }

  /** Draw the points at their pixels `from` (x0, y0, x1, ...) and wait there for `run`. */
  begin(from, [width, height], size, view, points, theme, kept) {
    const many = points.count > MANY;
    const ratio = many ? 1 : Math.min(devicePixelRatio, 2);
    Object.assign(this.node, { width: width * ratio, height: height * ratio, hidden: false });
    const g = this.node.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    const groups = rowColours(view, points, theme, kept);
    const draw = many ? dots(g, width, height, Math.round(size), groups) : discs(g, width, height, size / 2, groups);
    this.draw = (to, share) => draw((i) => from[i] + share * (to[i] - from[i]));
    this.draw(from, 0);
  }

  /** Let them go to their pixels `to`; says at last whether they got there, or another journey began. */
  run(to) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    let begun = null;
    let frames = 0;
    return new Promise((resolve) => {
      const step = (now) => {
        if (turn !== this.turn) return resolve(false);
        begun ??= now; // the frame before may have been a long one
        const t = Math.min(1, (now - begun) / LENGTH, ++frames / FEWEST_FRAMES);
        this.draw(to, ease(t));
        if (t < 1) return requestAnimationFrame(step);
        this.node.hidden = true;
        resolve(true);
      };
      requestAnimationFrame(step);
    });
  }
}

/** Draws round points; `at(i)` gives coordinate i of x0, y0, x1, ... */
function discs(g, width, height, radius, groups) {
  return (at) => {
    g.clearRect(0, 0, width, height);
    for (const [colour, rows] of groups) {
      g.fillStyle = colour;
      g.beginPath();
      for (const row of rows) {
        const [x, y] = [at(2 * row), at(2 * row + 1)];
        g.moveTo(x + radius, y);
        g.arc(x, y, radius, 0, 7);
      }
      g.fill();
    }
  };
}

/** Writes square points into an image. */
function dots(g, width, height, side, groups) {
  const image = g.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const packed = groups.map(([colour, rows]) => {
    const [red, green, blue] = rgb(colour);
    return [((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0, rows];
  });
  return (at) => {
    pixels.fill(0);
    for (const [colour, rows] of packed) {
      for (const row of rows) {
        const [left, top] = [Math.round(at(2 * row) - side / 2), Math.round(at(2 * row + 1) - side / 2)];
        if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
        for (let y = top; y < top + side; y++) pixels.fill(colour, y * width + left, y * width + left + side);
      }
    }
    g.putImageData(image, 0, 0);
  };
}

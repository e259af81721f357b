// From one map to another: the points travel in straight lines, so that nobody takes a map for a place.
// Drawn on a canvas of its own while plotly, which cannot animate WebGL points, stands aside.

import { el } from "./dom.js";
import { rowColours } from "./chart.js";

const LENGTH = 550; // ms
const ROUND_UP_TO = 4000; // more points are drawn square

const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

export class Morph {
  constructor() {
    this.node = el("canvas", { class: "sm-morph", "aria-hidden": "true", hidden: true });
  }

  /** Draw the points at their pixels `from` (x0, y0, x1, ...) and wait there for `run`. */
  begin(from, [width, height], size, view, points, theme, kept) {
    const ratio = Math.min(devicePixelRatio, 2);
    Object.assign(this.node, { width: width * ratio, height: height * ratio, hidden: false });
    this.g = this.node.getContext("2d");
    this.g.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(this, { from, size, area: [width, height], groups: rowColours(view, points, theme, kept) });
    this.#draw(from, from, 0);
  }

  /** Let them go to their pixels `to`; says at last whether they got there, or another journey began. */
  run(to) {
    const begun = performance.now();
    const turn = (this.turn = (this.turn ?? 0) + 1);
    return new Promise((resolve) => {
      const step = (now) => {
        if (turn !== this.turn) return resolve(false);
        const t = Math.min(1, (now - begun) / LENGTH);
        this.#draw(this.from, to, ease(Math.max(0, t)));
        if (t < 1) return requestAnimationFrame(step);
        this.node.hidden = true;
        resolve(true);
      };
      requestAnimationFrame(step);
    });
  }

  #draw(from, to, share) {
    const { g, size } = this;
    g.clearRect(0, 0, ...this.area);
    const round = from.length < 2 * ROUND_UP_TO;
    for (const [colour, rows] of this.groups) {
      g.fillStyle = colour;
      g.beginPath();
      for (const row of rows) {
        const x = from[2 * row] + share * (to[2 * row] - from[2 * row]);
        const y = from[2 * row + 1] + share * (to[2 * row + 1] - from[2 * row + 1]);
        if (round) {
          g.moveTo(x + size / 2, y);
          g.arc(x, y, size / 2, 0, 7);
        } else g.rect(x - size / 2, y - size / 2, size, size);
      }
      g.fill();
    }
  }
}

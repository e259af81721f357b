// A ball that rolls along its way once; afterwards the way and the ball stay.

import { clamp, prefersReducedMotion, svg } from "./dom.js";
import { along, drawn, move } from "./layers.js";

const PACE = 14; // ms per step
const [SHORTEST, LONGEST] = [700, 2600]; // ms

export class Ball {
  constructor(places, theme, { roll, done }) {
    this.places = places;
    this.under = drawn({ stroke: theme.background, "stroke-width": 5.5, "stroke-opacity": 0.8 });
    this.trail = drawn({ stroke: theme.text, "stroke-width": 2.2, class: "sm-trail" });
    this.ball = svg("circle", { r: 7, fill: theme.text, stroke: theme.background, "stroke-width": 2.5, class: "sm-ball" });
    this.nodes = [this.under, this.trail, this.ball];
    this.share = 1;
    if (roll && !prefersReducedMotion()) this.#roll(done);
    else if (roll) done();
  }

  #roll(done) {
    const length = clamp(PACE * this.places.length, SHORTEST, LONGEST);
    const begun = performance.now();
    this.share = 0;
    const step = (now) => {
      if (this.stopped) return;
      this.share = clamp((now - begun) / length, 0, 1);
      if (this.plot) this.sync(this.plot);
      if (this.share < 1) requestAnimationFrame(step);
      else done();
    };
    requestAnimationFrame(step);
  }

  /** The places gone so far, the last one between two steps. */
  #gone() {
    const at = this.share * (this.places.length - 1);
    const [before, rest] = [Math.floor(at), at - Math.floor(at)];
    const [a, b] = [this.places[before], this.places[Math.min(before + 1, this.places.length - 1)]];
    return [...this.places.slice(0, before + 1), [a[0] + rest * (b[0] - a[0]), a[1] + rest * (b[1] - a[1])]];
  }

  sync(plot) {
    this.plot = plot;
    const gone = this.#gone();
    const d = along(plot, gone);
    for (const node of [this.under, this.trail]) node.setAttribute("d", d);
    move(this.ball, plot, gone.at(-1));
  }

  stop() {
    this.stopped = true;
    this.share = 1;
  }
}

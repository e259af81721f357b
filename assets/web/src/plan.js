// The paths seen from above, for robots that go anywhere: which way each went, and how far.

import { el } from "./dom.js";
import { alpha, mix } from "./theme.js";

const SIDE = 128; // pixels
const PAD = 20;
const SCALES = [1, 2, 5];
const SHORTEST_M = 2; // less ground than this is never shown: standing still must look like it

/** The longest of 1, 2, 5, 10, 20, ... that is at most `length`. */
function tidyLength(length) {
  const power = 10 ** Math.floor(Math.log10(length));
  return power * SCALES.findLast((scale) => scale * power <= length * 1.0001);
}

export class Plan {
  constructor() {
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.node = el("div", { class: "sp-plan", title: "The paths seen from above, from the common start", hidden: true }, this.canvas);
    this.still = document.createElement("canvas");
  }

  /** Show these tracks; null hides the plan. */
  setTracks(tracks) {
    this.tracks = tracks;
    this.node.hidden = !tracks;
    if (!tracks) return;
    const reach = (axis) => tracks.flatMap(({ root, num_frames: count }) =>
      Array.from({ length: count }, (_, i) => root[3 * i + axis]));
    const [low, high] = [Math.min, Math.max].map((end) => [0, 1].map((axis) => reach(axis).reduce((a, b) => end(a, b), 0)));
    const extent = Math.max(high[0] - low[0], high[1] - low[1], SHORTEST_M);
    this.scale = (SIDE - 2 * PAD) / extent;
    this.middle = [0, 1].map((axis) => (low[axis] + high[axis]) / 2);
    this.bar = tidyLength(extent / 2);
  }

  /** Pixels from the left of the scene to where the plan ends; 0 while it is hidden. */
  get right() { return this.node.offsetLeft + this.node.offsetWidth; }

  setTheme(theme) {
    this.theme = theme;
    if (this.tracks) this.#drawStill();
  }

  #pixel([x, y]) {
    return [SIDE / 2 + (x - this.middle[0]) * this.scale, SIDE / 2 - (y - this.middle[1]) * this.scale];
  }

  #open(canvas) {
    const ratio = Math.min(devicePixelRatio, 2);
    if (canvas.width !== Math.round(SIDE * ratio)) canvas.width = canvas.height = Math.round(SIDE * ratio);
    const g = canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, SIDE, SIDE);
    return g;
  }

  #drawStill() {
    const g = this.#open(this.still);
    const soft = mix(this.theme.text, this.theme.background, 0.35);
    const [x, y] = this.#pixel([0, 0]);
    g.fillStyle = alpha(this.theme.text, 0.2);
    g.fillRect(6, y, SIDE - 12, 1);
    g.fillRect(x, 6, 1, SIDE - 12);
    g.fillStyle = soft;
    g.font = `600 11px ${this.theme.font}`;
    g.textAlign = "right";
    g.fillText("x →", SIDE - 5, y - 5);
    g.textAlign = "left";
    g.fillText("↑ y", Math.min(x + 4, SIDE - 24), 14);
    g.fillRect(8, SIDE - 9, this.bar * this.scale, 2);
    g.font = `10.5px ${this.theme.font}`;
    g.fillText(`${this.bar} m`, 8, SIDE - 13);
    for (const track of this.tracks) this.#path(g, track, track.num_frames - 1, alpha(this.theme.role(track.role), 0.3));
  }

  #path(g, { root }, last, colour) {
    g.strokeStyle = colour;
    g.lineWidth = 2;
    g.lineJoin = "round";
    g.beginPath();
    for (let i = 0; i <= last; i++) g.lineTo(...this.#pixel([root[3 * i], root[3 * i + 1]]));
    g.stroke();
  }

  /** The paths gone so far, and where the robots are now. */
  draw(frame) {
    if (!this.tracks || !this.theme) return;
    const g = this.#open(this.canvas);
    g.drawImage(this.still, 0, 0, SIDE, SIDE);
    for (const track of this.tracks) {
      const colour = this.theme.role(track.role);
      const last = Math.min(Math.round(frame), track.num_frames - 1);
      this.#path(g, track, last, colour);
      g.beginPath();
      g.arc(...this.#pixel([track.root[3 * last], track.root[3 * last + 1]]), 4, 0, 7);
      g.fillStyle = colour;
      g.fill();
    }
  }
}

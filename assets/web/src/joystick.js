// The map as a joystick: policies as dots, where the latent is, where it is going, how it came.

import { clamp, el } from "./dom.js";
import { row } from "./kit.js";
import { ramp } from "./ramp.js";
import { ACCENT, alpha, mix, scaleOf } from "./theme.js";

const PAD = 22; // pixels round the crowd
const HEAD = 48; // of them above it, where the choice of map is
const KEY_STEP = 0.025; // of the map's extent, for an arrow key
const TRACE = 240; // places of the way that are remembered
const TRACE_GAP = 0.006; // of the extent: nearer places are one
const NAMES = { sheet: "sheet", gaits: "gaits", pca: "PCA" };

const viridis = ramp(scaleOf([0, 1]));

export class Joystick {
  /** `country` places latents; `onMove(xy)` follows the hand, `onRelease()` its lifting. */
  constructor(country, kit, { onMove, onRelease }) {
    Object.assign(this, { country, kit, onMove, onRelease, map: kit.maps[0], trace: [], held: false });
    this.canvas = el("canvas", { class: "lv-map", tabindex: 0, role: "slider", "aria-label": "Map of the policies: drag, or use the arrow keys",
      "aria-valuenow": 0, onpointerdown: (e) => this.#grab(e), onpointermove: (e) => this.held && this.#drag(e),
      onpointerup: () => this.#letGo(), onpointercancel: () => this.#letGo(), onkeydown: (e) => this.#key(e), onkeyup: (e) => e.key.startsWith("Arrow") && this.#letGo() });
    this.maps = kit.maps.map((name) => el("button", { type: "button", "data-map": name, onclick: () => this.show(name) }, NAMES[name] ?? name));
    this.caption = el("span", { class: "lv-caption" }, `dots: policies, by measured ${kit.objectives[0].title}`);
    this.node = el("div", { class: "lv-mapbox" }, this.canvas,
      el("div", { class: "lv-maphead" }, el("div", { class: "sp-segments", role: "group", "aria-label": "Map" }, ...this.maps)), this.caption);
    this.still = document.createElement("canvas");
    this.show(this.map);
  }

  show(map) {
    this.map = map;
    for (const button of this.maps) button.setAttribute("aria-pressed", String(button.dataset.map === map));
    this.trace = [];
    if (this.z) this.target = this.country.place(map, this.aimed);
    this.stale = true;
  }

  setTheme(theme) {
    this.theme = theme;
    this.stale = true;
  }

  // --- places and pixels ----------------------------------------------------------------------

  get #box() { return this.country.boxes.get(this.map); }

  #pixel([x, y]) {
    const { low, extent } = this.#box;
    return [PAD + ((x - low[0]) / extent[0]) * (this.width - 2 * PAD), this.height - PAD - ((y - low[1]) / extent[1]) * (this.height - PAD - HEAD)];
  }

  #placeAt({ offsetX, offsetY }) {
    const { low, extent } = this.#box;
    return [low[0] + clamp((offsetX - PAD) / (this.width - 2 * PAD), 0, 1) * extent[0],
      low[1] + clamp((this.height - PAD - offsetY) / (this.height - PAD - HEAD), 0, 1) * extent[1]];
  }

  // --- the hand -------------------------------------------------------------------------------

  #grab(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.held = true;
    this.#drag(event);
  }

  #drag(event) { this.#moveTo(this.#placeAt(event)); }

  #moveTo(place) {
    this.target = place;
    this.onMove(place);
  }

  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!move || !this.target) return;
    event.preventDefault();
    event.stopPropagation();
    this.held = true;
    const { low, extent } = this.#box;
    this.#moveTo(this.target.map((value, axis) => clamp(value + move[axis] * KEY_STEP * extent[axis], low[axis], low[axis] + extent[axis])));
  }

  #letGo() {
    if (!this.held) return;
    this.held = false;
    this.onRelease();
  }

  /** Where the latent is bound, when something else than a hand on the map has said so. */
  setAim(z) {
    this.aimed = z;
    if (!this.held) this.target = this.country.place(this.map, z);
  }

  // --- picture --------------------------------------------------------------------------------

  layout() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    Object.assign(this, { width, height, ratio });
    for (const canvas of [this.canvas, this.still]) Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    this.stale = true;
  }

  #open(canvas) {
    const g = canvas.getContext("2d");
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    return g;
  }

  #drawStill() {
    const g = this.#open(this.still);
    const places = this.kit.arrays[`place.${this.map}`];
    const { data, shape: [count, size] } = this.kit.arrays.returns;
    const { low, extent } = this.country.ranges()[0];
    const radius = clamp(this.width / 110, 3, 6);
    g.strokeStyle = alpha(mix(this.theme.text, this.theme.background, 0.3), 0.35);
    g.lineWidth = 0.75;
    for (let i = 0; i < count; i++) {
      g.fillStyle = `rgb(${viridis((data[i * size] - low) / extent).join(" ")} / 0.85)`;
      g.beginPath();
      g.arc(...this.#pixel(row(places, i)), radius, 0, 7);
      g.fill();
      g.stroke();
    }
  }

  /** Draw; `z` is where the latent is now, `others` the latents of further robots with their colours. */
  draw(z, others = []) {
    if (!this.width || !this.theme) return;
    this.z = z;
    if (this.stale) this.#drawStill();
    this.stale = false;
    const here = this.country.place(this.map, z);
    this.#remember(here);
    const g = this.#open(this.canvas);
    g.drawImage(this.still, 0, 0, this.width, this.height);
    this.#drawTrace(g);
    for (const other of others) disc(g, this.#pixel(this.country.place(this.map, other.z)), 5, other.colour, this.theme.background);
    if (this.target) this.#drawTarget(g, this.#pixel(here), this.#pixel(this.target));
    disc(g, this.#pixel(here), 7, ACCENT, this.theme.dark ? "#ffffff" : "#20130d");
    const [x, y] = (this.target ?? here).map((value) => value.toFixed(2));
    if (this.said === `${x} ${y}`) return;
    this.said = `${x} ${y}`;
    this.canvas.setAttribute("aria-valuenow", x);
    this.canvas.setAttribute("aria-valuetext", `place ${x}, ${y} of the map`);
  }

  #remember(here) {
    const last = this.trace.at(-1);
    const { extent } = this.#box;
    if (last && Math.hypot((here[0] - last[0]) / extent[0], (here[1] - last[1]) / extent[1]) < TRACE_GAP) return;
    this.trace.push(here);
    if (this.trace.length > TRACE) this.trace.shift();
  }

  #drawTrace(g) {
    g.lineWidth = 2.5;
    g.lineCap = "round";
    for (let i = 1; i < this.trace.length; i++) {
      g.strokeStyle = alpha(this.theme.text, 0.65 * (i / this.trace.length) ** 1.5);
      g.beginPath();
      g.moveTo(...this.#pixel(this.trace[i - 1]));
      g.lineTo(...this.#pixel(this.trace[i]));
      g.stroke();
    }
  }

  #drawTarget(g, from, to) {
    g.strokeStyle = ACCENT;
    g.lineWidth = 1.5;
    g.setLineDash([4, 4]);
    g.beginPath();
    g.moveTo(...from);
    g.lineTo(...to);
    g.stroke();
    g.setLineDash([]);
    g.lineWidth = 2.5;
    g.beginPath();
    g.arc(...to, 12, 0, 7);
    g.stroke();
  }
}

function disc(g, [x, y], radius, fill, edge) {
  g.fillStyle = fill;
  g.strokeStyle = edge;
  g.lineWidth = 1.5;
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fill();
  g.stroke();
}

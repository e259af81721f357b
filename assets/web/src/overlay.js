// What lies over the points: the steer's path and marks, what was asked, rings, all in one SVG.
// It is ours, not plotly's: marks stay above WebGL points, and a new path costs no replot.

import { prefersReducedMotion, svg } from "./dom.js";
import { ACCENT, alpha } from "./theme.js";

const ANIMATION_MS = 280;
const MAX_STEP_DOTS = 14;

/** A five-pointed star around the origin. */
export const STAR = Array.from({ length: 10 }, (_, i) => {
  const [radius, angle] = [i % 2 ? 4.6 : 11, (i * Math.PI) / 5 - Math.PI / 2];
  return `${i ? "L" : "M"}${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
}).join("") + "Z";
export const DIAMOND = "M0 -8L8 0L0 8L-8 0Z";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
let instances = 0;

export class Overlay {
  constructor() {
    const clip = `sm-clip-${++instances}`;
    this.clip = svg("rect");
    this.body = svg("g", { "clip-path": `url(#${clip})` });
    this.node = svg("svg", { class: "sm-overlay", "aria-hidden": "true" },
      svg("defs", {}, svg("clipPath", { id: clip }, this.clip)), this.body);
    this.rings = Object.fromEntries(["hovered", "cursor", "selected"].map((name) =>
      [name, svg("circle", { class: `sm-ring sm-${name}`, r: 0 })]));
  }

  /** New contents. `axes()` gives {x, y}, each with offset, length and range. */
  setView(view, theme, axes) {
    this.axes = axes;
    const halo = theme.background;
    const drawn = (attributes) => svg("path", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round", ...attributes });
    const mark = (place, ...nodes) => place && { place, node: svg("g", {}, ...nodes) };
    this.shades = (view.target_lines ?? []).map((line) => ({ ...line,
      shade: svg("rect", { fill: alpha(ACCENT, theme.dark ? 0.13 : 0.1) }),
      node: svg("line", { stroke: ACCENT, "stroke-width": 2, "stroke-dasharray": line.infeasible ? "" : "7 5" }) }));
    this.front = view.front && { places: view.front,
      node: drawn({ stroke: alpha(theme.text, 0.6), "stroke-width": 1.5, "stroke-dasharray": "5 4" }) };
    this.path = view.path?.length > 1 ? { places: view.path,
      under: drawn({ stroke: halo, "stroke-width": 6.5, "stroke-opacity": 0.85 }),
      node: drawn({ stroke: ACCENT, "stroke-width": 3 }), dots: dotPlaces(view.path).map((place) =>
        ({ place, node: svg("circle", { r: 3, fill: ACCENT, stroke: halo, "stroke-width": 1.2 }) })) } : null;
    this.marks = [
      mark(view.nearest, svg("path", { d: DIAMOND, fill: theme.role("nearest"), stroke: halo, "stroke-width": 2 })),
      mark(view.start, svg("circle", { r: 8.5, fill: "none", stroke: halo, "stroke-width": 6 }),
        svg("circle", { r: 8, fill: alpha(halo, 0.75), stroke: ACCENT, "stroke-width": 3 })),
      mark(view.target, svg("path", { d: STAR, fill: ACCENT, stroke: halo, "stroke-width": 2, "paint-order": "stroke", transform: "scale(1.25)" })),
      mark(view.solution, svg("circle", { r: 7.5, fill: ACCENT, stroke: halo, "stroke-width": 2.5 })),
    ].filter(Boolean);
    this.body.replaceChildren(
      ...this.shades.flatMap(({ shade, node }) => [shade, node]), ...(this.front ? [this.front.node] : []),
      ...(this.path ? [this.path.under, this.path.node, ...this.path.dots.map((dot) => dot.node)] : []),
      this.rings.hovered, this.rings.selected, this.rings.cursor, ...this.marks.map(({ node }) => node));
    this.sync();
    const changed = !same(view.path, this.lastPath);
    this.lastPath = view.path;
    if (changed && this.path && !prefersReducedMotion()) this.#animate();
  }

  #animate() {
    const options = { duration: ANIMATION_MS, easing: "ease-out" };
    for (const node of [this.path.under, this.path.node]) {
      const length = node.getTotalLength();
      node.animate([{ strokeDasharray: `${length} ${length}`, strokeDashoffset: length },
        { strokeDasharray: `${length} ${length}`, strokeDashoffset: 0 }], options);
    }
    const end = this.marks.at(-1)?.node;
    for (const node of [...this.path.dots.map((dot) => dot.node), end].filter(Boolean)) {
      node.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], options);
    }
  }

  /** A ring around a place of the data, or none. */
  ring(name, place, radius) {
    this.rings[name].place = place;
    this.rings[name].setAttribute("r", place ? radius : 0);
    this.sync();
  }

  /** Pixel of a place, inside the panel's plot. */
  pixel([x, y]) {
    const { x: h, y: v } = this.axes();
    return [h.offset + ((x - h.range[0]) / (h.range[1] - h.range[0])) * h.length,
      v.offset + (1 - (y - v.range[0]) / (v.range[1] - v.range[0])) * v.length];
  }

  /** Place under a pixel. */
  place([px, py]) {
    const { x: h, y: v } = this.axes();
    return [h.range[0] + ((px - h.offset) / h.length) * (h.range[1] - h.range[0]),
      v.range[0] + (1 - (py - v.offset) / v.length) * (v.range[1] - v.range[0])];
  }

  /** Put everything where the axes now are; called on every step of a pan or zoom. */
  sync() {
    if (!this.axes) return;
    const { x: h, y: v } = this.axes();
    set(this.clip, { x: h.offset, y: v.offset, width: h.length, height: v.length });
    for (const line of this.shades) this.#syncLine(line, h, v);
    if (this.front) this.front.node.setAttribute("d", this.#line(this.front.places));
    if (this.path) {
      const d = this.#line(this.path.places);
      this.path.under.setAttribute("d", d);
      this.path.node.setAttribute("d", d);
      for (const { place, node } of this.path.dots) this.#move(node, place);
    }
    for (const { place, node } of this.marks) this.#move(node, place);
    for (const ring of Object.values(this.rings)) if (ring.place) this.#move(ring, ring.place);
  }

  #line(places) {
    return places.map((place, i) => (i ? "L" : "M") + this.pixel(place).map((v) => v.toFixed(1)).join(" ")).join("");
  }

  #move(node, place) {
    const [x, y] = this.pixel(place);
    node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }

  #syncLine({ axis, value, infeasible, shade, node }, h, v) {
    const [right, bottom] = [h.offset + h.length, v.offset + v.length];
    const [px, py] = this.pixel([value, value]);
    const [x, y, width, height] = axis === "x"
      ? infeasible === "below" ? [h.offset, v.offset, px - h.offset, v.length] : [px, v.offset, right - px, v.length]
      : infeasible === "below" ? [h.offset, py, h.length, bottom - py] : [h.offset, v.offset, h.length, py - v.offset];
    set(shade, { x, y, width: infeasible ? Math.max(0, width) : 0, height: Math.max(0, height) });
    set(node, axis === "x" ? { x1: px, x2: px, y1: v.offset, y2: bottom } : { x1: h.offset, x2: right, y1: py, y2: py });
  }
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** A few of the path's inner steps, evenly spread. */
function dotPlaces(path) {
  const count = Math.min(MAX_STEP_DOTS, path.length - 2);
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    path[Math.round(((i + 1) * (path.length - 1)) / (count + 1))]);
}

// What lies over the points: field, path and marks, what was asked, lassos, rings, all in one SVG.
// It is ours, not plotly's: marks stay above WebGL points, and a new path costs no replot.

import { Ball } from "./ball.js";
import { prefersReducedMotion, svg } from "./dom.js";
import { arrows, drawn, front, isolines, markNodes, move, outline, path, secondPath, set, targetLine } from "./layers.js";
import { ACCENT } from "./theme.js";

const ANIMATION_MS = 280;
const MARKS = ["nearest", "start", "target", "solution"];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
let instances = 0;

export class Overlay {
  /** `said(text)` hears what a moving thing has to say when it comes to rest. */
  constructor(said) {
    this.said = said;
    const clip = `sm-clip-${++instances}`;
    this.clip = svg("rect");
    this.body = svg("g", { "clip-path": `url(#${clip})` });
    this.node = svg("svg", { class: "sm-overlay", "aria-hidden": "true" },
      svg("defs", {}, svg("clipPath", { id: clip }, this.clip)), this.body);
    this.rings = Object.fromEntries(["hovered", "cursor", "selected"].map((name) =>
      [name, svg("circle", { class: `sm-ring sm-${name}`, r: 0 })]));
    this.sketched = svg("path", { class: "sm-sketch" });
    this.tether = drawn({ stroke: ACCENT, "stroke-width": 1.8, "stroke-dasharray": "4 4" });
    this.layers = [];
    this.marks = [];
  }

  /** New contents. `axes()` gives {x, y}, each with offset, length and range. */
  setView(view, theme, axes, { field, lassos }) {
    this.axes = axes;
    this.path = view.path?.length > 1 ? path(view.path, theme) : null;
    this.ball?.stop();
    this.ball = view.ball ? new Ball(view.ball, theme, {
      roll: !same(view.ball, this.lastBall), done: () => view.ball_note && this.said(view.ball_note) }) : null;
    this.layers = [
      view.front && front(view.front, view.reference, theme),
      ...(view.target_lines ?? []).map((line) => targetLine(line, theme)),
      field && isolines(field.isolines, theme),
      field && arrows(field.arrows, theme),
      ...Object.entries(lassos).map(([name, polygon]) => polygon && outline(polygon, name, theme)),
      view.second_path && secondPath(view.second_path, theme),
      this.path, this.ball,
    ].filter(Boolean);
    this.marks = MARKS.filter((name) => view[name]).map((name) =>
      ({ name, place: view[name], node: svg("g", { class: `sm-mark sm-mark-${name}` }, ...markNodes(name, theme)) }));
    this.body.replaceChildren(...this.layers.flatMap((layer) => layer.nodes), this.tether,
      this.rings.hovered, this.rings.selected, this.rings.cursor, ...this.marks.map(({ node }) => node), this.sketched);
    this.release();
    this.sync();
    const changed = !same(view.path, this.lastPath);
    [this.lastPath, this.lastBall] = [view.path, view.ball];
    if (changed && this.path && !prefersReducedMotion()) this.#animate();
  }

  #animate() {
    const options = { duration: ANIMATION_MS, easing: "ease-out" };
    for (const node of this.path.lines) {
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
    const ring = this.rings[name];
    ring.place = place;
    ring.setAttribute("r", place ? radius : 0);
    if (place && this.plot) move(ring, this.plot, place);
  }

  /** Where a mark is, if it is there. */
  markAt(name) {
    return this.marks.find((mark) => mark.name === name)?.place;
  }

  /** Draw a mark somewhere else for now, on a tether to where it belongs. */
  lead(name, place) {
    const mark = this.marks.find((each) => each.name === name);
    move(mark.node, this.plot, place);
    mark.node.classList.add("sm-led");
    this.led = { mark, place };
    const [[x, y], [u, w]] = [this.pixel(mark.place), this.pixel(place)];
    set(this.tether, { d: `M${x} ${y}L${u} ${w}` });
  }

  /** Let a led mark back to where it belongs. */
  release() {
    if (this.led && this.plot) move(this.led.mark.node, this.plot, this.led.mark.place);
    this.led?.mark.node.classList.remove("sm-led");
    this.led = null;
    this.tether.setAttribute("d", "");
  }

  /** A lasso in the making: a line through pixels, or nothing. */
  sketch(pixels, closed) {
    this.sketched.setAttribute("d", pixels ? `M${pixels.map((p) => p.map((c) => c.toFixed(1)).join(" ")).join("L")}${closed ? "Z" : ""}` : "");
  }

  /** Pixel of a place, inside the panel's plot. */
  pixel = ([x, y]) => {
    const { h, v } = this.plot;
    return [h.offset + ((x - h.range[0]) / (h.range[1] - h.range[0])) * h.length,
      v.offset + (1 - (y - v.range[0]) / (v.range[1] - v.range[0])) * v.length];
  };

  /** Place under a pixel. */
  place([px, py]) {
    const { h, v } = this.plot;
    return [h.range[0] + ((px - h.offset) / h.length) * (h.range[1] - h.range[0]),
      v.range[0] + (1 - (py - v.offset) / v.length) * (v.range[1] - v.range[0])];
  }

  /** Put everything where the axes now are; called on every step of a pan or zoom. */
  sync() {
    if (!this.axes) return;
    const { x: h, y: v } = this.axes();
    this.plot = { h, v, pixel: this.pixel };
    set(this.clip, { x: h.offset, y: v.offset, width: h.length, height: v.length });
    for (const layer of this.layers) layer.sync(this.plot);
    for (const { place, node } of this.marks) move(node, this.plot, place);
    for (const ring of Object.values(this.rings)) if (ring.place) move(ring, this.plot, ring.place);
    if (this.led) this.lead(this.led.mark.name, this.led.place);
  }
}

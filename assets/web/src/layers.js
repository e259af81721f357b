// What may lie over the points: each layer has SVG nodes, bottom to top, and puts them where the
// axes now are. `plot` is {h, v, pixel}: the axes, each with offset, length and range, and a place's pixel.

import { svg } from "./dom.js";
import { number } from "./hover.js";
import { ACCENT, alpha, mix } from "./theme.js";

const MAX_STEP_DOTS = 14;
const HEAD = 0.38; // of an arrow's length
const LONGEST_HEAD = 5; // pixels
const LABEL_GAP = 34; // pixels between two labels of iso-lines

/** A five-pointed star around the origin. */
export const STAR = Array.from({ length: 10 }, (_, i) => {
  const [radius, angle] = [i % 2 ? 4.6 : 11, (i * Math.PI) / 5 - Math.PI / 2];
  return `${i ? "L" : "M"}${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
}).join("") + "Z";
export const DIAMOND = "M0 -8L8 0L0 8L-8 0Z";

export const drawn = (attributes) =>
  svg("path", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round", ...attributes });

export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

const joined = (pixels) => pixels.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Path data of a line through places. */
export const along = (plot, places, closed = false) => joined(places.map(plot.pixel)) + (closed ? "Z" : "");

/** Moves a node drawn around the origin to a place. */
export function move(node, plot, place) {
  const [x, y] = plot.pixel(place);
  node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}

/** An accent line at what was asked of one axis, and the side that it forbids. */
export function targetLine({ axis, value, infeasible }, theme) {
  const shade = svg("rect", { fill: alpha(ACCENT, theme.dark ? 0.13 : 0.1) });
  const node = svg("line", { stroke: ACCENT, "stroke-width": 2, "stroke-dasharray": infeasible ? "" : "7 5" });
  const sync = ({ h, v, pixel }) => {
    const [right, bottom] = [h.offset + h.length, v.offset + v.length];
    const [px, py] = pixel([value, value]);
    const [x, y, width, height] = axis === "x"
      ? infeasible === "below" ? [h.offset, v.offset, px - h.offset, v.length] : [px, v.offset, right - px, v.length]
      : infeasible === "below" ? [h.offset, py, h.length, bottom - py] : [h.offset, v.offset, h.length, py - v.offset];
    set(shade, { x, y, width: infeasible ? Math.max(0, width) : 0, height: Math.max(0, height) });
    set(node, axis === "x" ? { x1: px, x2: px, y1: v.offset, y2: bottom } : { x1: h.offset, x2: right, y1: py, y2: py });
  };
  return { nodes: [shade, node], sync };
}

/** The Pareto front; with a reference place, as the staircase over all that it dominates. */
export function front(places, reference, theme) {
  const line = drawn({ stroke: alpha(theme.text, 0.6), "stroke-width": 1.5, "stroke-dasharray": "5 4" });
  if (!reference) return { nodes: [line], sync: (plot) => line.setAttribute("d", along(plot, places)) };
  const shade = svg("path", { fill: alpha(theme.role("nearest"), theme.dark ? 0.2 : 0.14), class: "sm-dominated" });
  const stairs = places.flatMap((place, i) => (i ? [[places[i - 1][0], place[1]], place] : [place]));
  const [first, last] = [places[0], places.at(-1)];
  const sync = (plot) => {
    line.setAttribute("d", along(plot, [[reference[0], first[1]], ...stairs, [last[0], reference[1]]]));
    shade.setAttribute("d", along(plot, [reference, [reference[0], first[1]], ...stairs, [last[0], reference[1]]], true));
  };
  return { nodes: [shade, line], sync };
}

/** The solver's path or a walk, with dots on some of its steps. */
export function path(places, theme) {
  const under = drawn({ stroke: theme.background, "stroke-width": 6.5, "stroke-opacity": 0.85 });
  const line = drawn({ stroke: ACCENT, "stroke-width": 3, class: "sm-path" });
  const count = Math.max(0, Math.min(MAX_STEP_DOTS, places.length - 2));
  const dots = Array.from({ length: count }, (_, i) => ({
    place: places[Math.round(((i + 1) * (places.length - 1)) / (count + 1))],
    node: svg("circle", { r: 3, fill: ACCENT, stroke: theme.background, "stroke-width": 1.2 }) }));
  const sync = (plot) => {
    const d = along(plot, places);
    for (const node of [under, line]) node.setAttribute("d", d);
    for (const { place, node } of dots) move(node, plot, place);
  };
  return { nodes: [under, line, ...dots.map((dot) => dot.node)], lines: [under, line], dots, sync };
}

/** The other way: dashed, in the text's colour. */
export function secondPath(places, theme) {
  const under = drawn({ stroke: theme.background, "stroke-width": 5, "stroke-opacity": 0.8 });
  const line = drawn({ stroke: mix(theme.text, theme.background, 0.2), "stroke-width": 2.2, "stroke-dasharray": "2 6", class: "sm-second-path" });
  const sync = (plot) => {
    const d = along(plot, places);
    for (const node of [under, line]) node.setAttribute("d", d);
  };
  return { nodes: [under, line], sync };
}

/** Arrows uphill: all in one path. */
export function arrows(rows, theme) {
  const under = drawn({ stroke: theme.background, "stroke-width": 2.6, "stroke-opacity": 0.6 });
  const line = drawn({ stroke: mix(theme.text, theme.background, 0.28), "stroke-width": 1.15, class: "sm-arrows" });
  const sync = (plot) => {
    const d = rows.map((row) => arrow(plot, row)).join("");
    for (const node of [under, line]) node.setAttribute("d", d);
  };
  return { nodes: [under, line], sync };
}

function arrow(plot, [x, y, dx, dy]) {
  const [tail, tip] = [plot.pixel([x, y]), plot.pixel([x + dx, y + dy])];
  const [u, w] = [tip[0] - tail[0], tip[1] - tail[1]];
  const length = Math.hypot(u, w);
  if (length < 2) return "";
  const size = Math.min(HEAD * length, LONGEST_HEAD) / length;
  const barb = (side) => [tip[0] - size * (u - side * 0.6 * w), tip[1] - size * (w + side * 0.6 * u)];
  return joined([tail, tip]) + joined([barb(1), tip, barb(-1)]);
}

/** Lines of one predicted return each, with their values where there is room. */
export function isolines(levels, theme) {
  const rows = levels.map(({ level, lines }) => ({
    lines, longest: lines.reduce((a, b) => (b.length > a.length ? b : a)),
    node: drawn({ stroke: alpha(theme.text, 0.55), "stroke-width": 1.2, class: "sm-isoline" }),
    label: svg("text", { class: "sm-level", fill: theme.text, stroke: theme.background }, number(level)) }));
  const sync = (plot) => {
    const taken = [];
    for (const { lines, longest, node, label } of rows) {
      node.setAttribute("d", lines.map((line) => along(plot, line)).join(""));
      const spot = freeSpot(longest.map(plot.pixel), taken, plot);
      label.style.display = spot ? "" : "none";
      if (!spot) continue;
      taken.push(spot);
      set(label, { x: spot[0].toFixed(1), y: spot[1].toFixed(1) });
    }
  };
  return { nodes: [...rows.map((row) => row.node), ...rows.map((row) => row.label)], sync };
}

/** The vertex nearest to a line's middle that is in sight and apart from other labels. */
function freeSpot(pixels, taken, { h, v }) {
  const middle = Math.floor(pixels.length / 2);
  const order = pixels.map((pixel, i) => [Math.abs(i - middle), pixel]).sort((a, b) => a[0] - b[0]);
  const inside = ([x, y]) => x > h.offset + 18 && x < h.offset + h.length - 18 && y > v.offset + 8 && y < v.offset + v.length - 8;
  const apart = ([x, y]) => taken.every((spot) => Math.hypot(spot[0] - x, spot[1] - y) > LABEL_GAP);
  return order.map(([, pixel]) => pixel).find((pixel) => inside(pixel) && apart(pixel));
}

/** The outline of a lasso; the second group's is dashed. */
export function outline(polygon, name, theme) {
  const node = svg("path", { class: `sm-outline sm-${name}`, fill: alpha(theme.text, 0.05), stroke: theme.text, "stroke-width": 1.8,
    "stroke-linejoin": "round", "stroke-dasharray": name === "those" ? "6 4" : "" });
  return { nodes: [node], sync: (plot) => node.setAttribute("d", along(plot, polygon, true)) };
}

/** The nodes of each mark, drawn around the origin. */
export function markNodes(name, theme) {
  const halo = theme.background;
  return {
    nearest: () => [svg("path", { d: DIAMOND, fill: theme.role("nearest"), stroke: halo, "stroke-width": 2 })],
    start: () => [svg("circle", { r: 8.5, fill: "none", stroke: halo, "stroke-width": 6 }),
      svg("circle", { r: 8, fill: alpha(halo, 0.75), stroke: ACCENT, "stroke-width": 3 })],
    target: () => [svg("path", { d: STAR, fill: ACCENT, stroke: halo, "stroke-width": 2, "paint-order": "stroke", transform: "scale(1.25)" })],
    solution: () => [svg("circle", { r: 7.5, fill: ACCENT, stroke: halo, "stroke-width": 2.5 })],
  }[name]();
}

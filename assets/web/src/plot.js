// A small curve over the solver's steps, with what was asked and a cursor.

import { clamp, el, svg } from "./dom.js";
import { extent } from "./points.js";

const [WIDTH, HEIGHT, PAD] = [240, 74, 5]; // of the drawing, scaled to its box

export class Plot {
  /** `{title, about, lines: [[name, values, colour]], goals: [value]}`; `chosen(step)` follows a click. */
  constructor({ title, about, lines, goals, around }, chosen) {
    let [low, high] = extent([...lines.flatMap(([, values]) => values), ...goals]);
    const room = Math.max(0, (around ?? 0) / 10 - (high - low)) / 2; // a tenth of the range at least
    [low, high] = [low - room, high + room];
    const y = (value) => HEIGHT - PAD - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * PAD);
    this.lines = lines.map(([name, values]) => ({ name, values }));
    this.line = svg("line", { y1: 0, y2: HEIGHT, class: "sv-cursor" });
    this.value = el("span", { class: "sv-value" });
    const x = (step, count) => (count > 1 ? (WIDTH * step) / (count - 1) : WIDTH);
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", class: "sv-picture", "aria-hidden": "true",
      onclick: (event) => {
        const box = this.picture.getBoundingClientRect();
        chosen(Math.round(clamp((event.clientX - box.left) / box.width, 0, 1) * this.last));
      } },
      ...goals.map((goal) => svg("line", { x1: 0, x2: WIDTH, y1: y(goal), y2: y(goal), class: "sv-goal" })),
      ...lines.map(([, values, colour]) => svg("polyline", { stroke: colour, class: "sv-line",
        points: values.map((value, i) => `${x(i, values.length).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })),
      this.line);
    this.node = el("div", { class: "sv-plot" },
      el("div", { class: "sv-title", title: about }, title, this.value), this.picture);
  }

  /** Stand at a step of `last`; curves may be thinned, so the place is a share of their length. */
  cursor(step, last, format) {
    this.last = last;
    const share = last ? step / last : 1;
    const x = WIDTH * share;
    this.line.setAttribute("x1", x);
    this.line.setAttribute("x2", x);
    this.value.textContent = this.lines.map(({ name, values }) => {
      const value = format(values[Math.round(share * (values.length - 1))]);
      return name ? `${name} ${value}` : value;
    }).join(" · ");
  }
}

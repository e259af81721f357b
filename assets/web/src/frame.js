// What stands around the plot: colour bar above; legend and caption below.

import { el, icon, svg } from "./dom.js";
import { number } from "./hover.js";
import { DIAMOND, STAR } from "./overlay.js";
import { ACCENT, mix, scaleOf } from "./theme.js";

const HOME = "M12 8c-2.2 0-4 1.8-4 4s1.8 4 4 4 4-1.8 4-4-1.8-4-4-4zM5 15H3v4c0 1.1 .9 2 2 2h4v-2H5zM5 5h4V3H5c-1.1 0-2 .9-2 2v4h2zm14-2h-4v2h4v4h2V5c0-1.1-.9-2-2-2zm0 16h-4v2h4c1.1 0 2-.9 2-2v-4h-2z";

const glyph = (...nodes) =>
  svg("svg", { width: 18, height: 16, viewBox: "-12 -11 24 22", "aria-hidden": "true" }, ...nodes);
const disc = (attributes) => svg("circle", { r: 7, ...attributes });

/** The head row; `reset` is called by its button. */
export class Head {
  constructor(reset) {
    this.title = el("span", { class: "sm-title" });
    this.low = el("span", { class: "sm-end" });
    this.high = el("span", { class: "sm-end" });
    this.ramp = el("span", { class: "sm-ramp", "aria-hidden": "true" });
    this.scale = el("span", { class: "sm-scale" }, this.low, this.ramp, this.high);
    this.colour = el("div", { class: "sm-colour" }, this.title, this.scale);
    this.node = el("div", { class: "sm-head" }, this.colour,
      el("button", { type: "button", class: "sm-button", title: "Reset the view (0)", "aria-label": "Reset the view", onclick: reset }, icon(HOME)));
  }

  show(view, range) {
    // Without a colour scale the panel's name stands there.
    const scaled = Boolean(view.colour_title && range);
    this.title.textContent = scaled ? view.colour_title : view.label;
    this.scale.hidden = !scaled;
    if (!scaled) return;
    [this.low.textContent, this.high.textContent] = range.map(number);
    this.ramp.style.background = `linear-gradient(to right, ${scaleOf(range).join(", ")})`;
  }
}

/** The foot: a legend of the marks that are there, and the caption. */
export class Foot {
  constructor() {
    this.legend = el("div", { class: "sm-legend", "aria-hidden": "true" });
    this.caption = el("div", { class: "sm-caption" });
    this.node = el("div", { class: "sm-foot" }, this.legend, this.caption);
  }

  show(view, theme) {
    const line = (attributes) => svg("line", { x1: -11, x2: 11, y1: 0, y2: 0, "stroke-width": 3, ...attributes });
    const soft = mix(theme.text, theme.background, 0.35);
    const entries = [
      [view.start, "start", disc({ fill: "none", stroke: ACCENT, "stroke-width": 3 })],
      [view.path, "path", line({ stroke: ACCENT })],
      [view.solution, view.solution_title, disc({ fill: ACCENT })],
      [view.target, "target", svg("path", { d: STAR, fill: ACCENT })],
      [view.nearest, "nearest policy", svg("path", { d: DIAMOND, fill: theme.role("nearest") })],
      [view.front, view.front_title, line({ stroke: soft, "stroke-width": 2, "stroke-dasharray": "5 4" })],
      [view.held_out_column, "held out of training", disc({ fill: "none", stroke: theme.text, "stroke-width": 2 })],
    ];
    this.legend.replaceChildren(...entries.filter(([there]) => there).map(([, text, ...nodes]) =>
      el("span", {}, glyph(...nodes), text)));
    this.caption.textContent = view.caption ?? "";
  }
}

// What stands around the plot: colour bar above; legend and caption below.

import { el, icon, svg } from "./dom.js";
import { number } from "./hover.js";
import { DIAMOND, STAR } from "./layers.js";
import { ACCENT, alpha, mix, scaleOf } from "./theme.js";

const HOME = "M12 8c-2.2 0-4 1.8-4 4s1.8 4 4 4 4-1.8 4-4-1.8-4-4-4zM5 15H3v4c0 1.1 .9 2 2 2h4v-2H5zM5 5h4V3H5c-1.1 0-2 .9-2 2v4h2zm14-2h-4v2h4v4h2V5c0-1.1-.9-2-2-2zm0 16h-4v2h4c1.1 0 2-.9 2-2v-4h-2z";

const WIDE = 100; // a scale as long as this needs no fractions at its ends

const glyph = (...nodes) =>
  svg("svg", { width: 18, height: 16, viewBox: "-12 -11 24 22", "aria-hidden": "true" }, ...nodes);
const disc = (attributes) => svg("circle", { r: 7, ...attributes });

const stroked = (d, dash = "") => svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
  svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-dasharray": dash }));
const LOOP = "M7 16C3 14 2 9 6 6.500C10 3.500 17 3.500 20 7C23 11 19 15.500 13 16C10 16.300 8 15.500 7.500 17C7 18.500 9 19 8.500 21";
const HILL = "M3 20C9 20 12 15 15 11C17 8 19 7 22 7M7.500 8.500A3 3 0 1 0 7.510 8.500";

/** The head row. `take(name)` is called by the tools' buttons, `reset` by the last one. */
export class Head {
  constructor(take, reset) {
    this.title = el("span", { class: "sm-title" });
    this.low = el("span", { class: "sm-end" });
    this.high = el("span", { class: "sm-end" });
    this.ramp = el("span", { class: "sm-ramp", "aria-hidden": "true" });
    this.scale = el("span", { class: "sm-scale" }, this.low, this.ramp, this.high);
    this.colour = el("div", { class: "sm-colour" }, this.title, this.scale);
    const button = (label, act, picture) =>
      el("button", { type: "button", class: "sm-button", title: label, "aria-label": label, onclick: act }, picture);
    this.tools = {
      these: button("Lasso these policies (L)", () => take("these"), stroked(LOOP)),
      those: button("Lasso those, to compare (Shift+L)", () => take("those"), stroked(LOOP, "2.5 3.5")),
      ball: button("Drop a ball (B)", () => take("ball"), stroked(HILL)),
    };
    this.node = el("div", { class: "sm-head" }, this.colour, ...Object.values(this.tools),
      button("Reset the view (0)", reset, icon(HOME)));
  }

  /** Show which tools there are and which is in hand. */
  showTools(offered, inHand) {
    for (const [name, node] of Object.entries(this.tools)) {
      node.hidden = !offered.includes(name);
      node.setAttribute("aria-pressed", String(name === inHand));
    }
  }

  show(view, range) {
    // Without a colour scale the panel's name stands there.
    const scaled = Boolean(view.colour_title && range);
    this.title.textContent = scaled ? view.colour_title : view.label;
    this.scale.hidden = !scaled;
    if (!scaled) return;
    const fine = range[1] - range[0] < WIDE;
    [this.low.textContent, this.high.textContent] = range.map((end) => number(fine ? end : Math.round(end)));
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

  /** `counts` says how many policies each lasso holds. */
  show(view, theme, counts) {
    const line = (attributes) => svg("line", { x1: -11, x2: 11, y1: 0, y2: 0, "stroke-width": 3, ...attributes });
    const soft = mix(theme.text, theme.background, 0.35);
    const loop = (dash) => svg("rect", { x: -10, y: -7, width: 20, height: 14, rx: 6, fill: "none", stroke: theme.text, "stroke-width": 2, "stroke-dasharray": dash });
    const entries = [
      [view.start, view.start_title, disc({ fill: "none", stroke: ACCENT, "stroke-width": 3 })],
      [view.path, view.path_title, line({ stroke: ACCENT })],
      [view.second_path, "straight in z", line({ stroke: theme.text, "stroke-dasharray": "2 5", "stroke-linecap": "round" })],
      [view.solution, view.solution_title, disc({ fill: ACCENT })],
      [view.target, "target", svg("path", { d: STAR, fill: ACCENT })],
      [view.nearest, "nearest policy", svg("path", { d: DIAMOND, fill: theme.role("nearest") })],
      [view.front, view.front_title, line({ stroke: soft, "stroke-width": 2, "stroke-dasharray": "5 4" })],
      [view.front && view.reference, view.dominated_title, svg("rect", { x: -10, y: -7, width: 20, height: 14, fill: alpha(theme.role("nearest"), 0.3) })],
      [view.ringed_column, view.ringed_title, disc({ fill: "none", stroke: theme.text, "stroke-width": 2 })],
      [view.field_url, view.field_title, svg("path", { d: "M-10 0H9M4 -5L9 0L4 5", fill: "none", stroke: theme.text, "stroke-width": 2 })],
      [view.ball, view.ball_note ?? "ball", disc({ fill: theme.text })],
      ...["these", "those"].map((name) => [counts[name] != null,
        `${name}: ${(counts[name] ?? 0).toLocaleString("en")} ${counts[name] === 1 ? "policy" : "policies"}`, loop(name === "those" ? "4 3" : "")]),
    ];
    this.legend.replaceChildren(...entries.filter(([there]) => there).map(([, text, ...nodes]) =>
      el("span", {}, glyph(...nodes), text)));
    this.caption.textContent = view.caption ?? "";
  }
}

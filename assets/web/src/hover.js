// The card that says which policy is under the pointer or the keyboard's cursor.

import { clamp, el } from "./dom.js";

const GAP = 18; // pixels between the point and its card
const EDGE = 6; // pixels between the card and the panel's edge

export const number = (value) =>
  Number.isFinite(value)
    ? value.toLocaleString("en", Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).replace("-", "−")
    : "not measured";

/** [label, value] lines about one row. */
export function describe(view, points, row) {
  const lines = [];
  const add = (label, name) => {
    if (points.numbers[name]) lines.push([label, number(points.numbers[name][row])]);
    else if (points.texts[name]?.[row]) lines.push([label, points.texts[name][row]]);
  };
  if (view.x_title) add(view.x_title, view.x_column);
  if (view.y_title) add(view.y_title, view.y_column);
  if (view.colour_column && view.colour_title) add(view.colour_title, view.colour_column);
  const texts = Object.keys(points.texts).filter((name) => name !== "id").map((name) => [name, name]);
  for (const [name, label] of view.hover ?? texts) add(label, name);
  if (view.ringed_column && points.numbers[view.ringed_column]?.[row] > 0) lines.push([view.ringed_title, "yes"]);
  return lines;
}

export class HoverCard {
  constructor() {
    this.node = el("div", { class: "sm-card", hidden: true, "aria-hidden": "true" });
  }

  show(title, lines, [x, y], [width, height]) {
    this.node.replaceChildren(el("b", {}, title), ...lines.flatMap(([label, value]) =>
      [el("span", { class: "sm-key" }, label), el("span", { class: "sm-value" }, value)]));
    this.node.hidden = false;
    const { offsetWidth: w, offsetHeight: h } = this.node;
    const [right, left] = [x + GAP + w < width - EDGE, x - GAP - w > EDGE];
    // Beside the point; in a panel too narrow for that, under or over it; never on top of it.
    const cardX = right ? x + GAP : left ? x - GAP - w : x - w / 2;
    const cardY = right || left ? y - h / 2 : y + GAP + h < height - EDGE ? y + GAP : y - GAP - h;
    this.node.style.left = `${clamp(cardX, EDGE, Math.max(EDGE, width - w - EDGE))}px`;
    this.node.style.top = `${clamp(cardY, EDGE, Math.max(EDGE, height - h - EDGE))}px`;
  }

  hide() {
    this.node.hidden = true;
  }
}

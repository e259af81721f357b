// Sliders that steer a density: temperature, tilt, and the first natural parameters one by one.

import { el } from "./dom.js";
import { degrees } from "./density.js";

const STEPS = 200;

/** A labelled slider; `text(value)` is written behind it. Double click goes home. */
export function slider(label, { low, high, home, text, log }, moved, let_go) {
  const inner = (v) => (log ? Math.log(v) : v);
  const share = (v) => Math.round(((inner(v) - inner(low)) / (inner(high) - inner(low))) * STEPS);
  const value = (s) => {
    const raw = inner(low) + (s / STEPS) * (inner(high) - inner(low));
    return Number((log ? Math.exp(raw) : raw).toFixed(3));
  };
  const output = el("output", {});
  const input = el("input", { type: "range", class: "scrub", min: 0, max: STEPS, step: 1, "aria-label": label,
    oninput: () => { write(value(Number(input.value))); moved(); }, onchange: let_go,
    ondblclick: () => { set(home); moved(); let_go(); } });
  let now = home;
  const write = (v) => {
    now = v;
    output.textContent = text(v);
    input.setAttribute("aria-valuetext", text(v));
    input.style.setProperty("--done", `${(100 * Number(input.value)) / STEPS}%`);
  };
  const set = (v) => { input.value = share(v); write(v); };
  set(home);
  return { node: el("label", { class: "pd-slider" }, el("span", {}, label), input, output), get: () => now, set };
}

const signed = (v) => (v > 0 ? "+" : v < 0 ? "−" : "") + Math.abs(v).toFixed(2);

const power = (name, exponent) => (exponent ? name + (exponent > 1 ? [..."⁰¹²³⁴⁵⁶⁷⁸⁹"][exponent] : "") : "");

export class Steering {
  /** `moved` follows every change, `chosen` what a person settles on. */
  constructor(limits, moved, chosen) {
    const { temperatures: [low, high], tilt, nudge, num_nudges: count, order } = limits;
    const make = (label, options) => slider(label, options, moved, chosen);
    this.temperature = make("temperature τ", { low, high, home: 1, log: true, text: (v) => v.toFixed(2) });
    this.tilt = ["tilt →", "tilt ↑"].map((label) => make(label, { low: -tilt, high: tilt, home: 0, text: signed }));
    this.nudge = degrees(order).slice(0, count).map(([x, y]) => make(`λ ${power("x", x)}${power("y", y)}`, { low: -nudge, high: nudge, home: 0, text: signed }));
    const back = el("button", { type: "button", onclick: () => { this.set({ temperature: 1, tilt: [0, 0], nudge: [] }); moved(); chosen(); } }, "as trained");
    this.more = el("details", { class: "pd-more" }, el("summary", {}, "natural parameters λ: of each polynomial degree in x and y"),
      el("div", { class: "pd-nudges" }, ...this.nudge.map(({ node }) => node)));
    this.node = el("div", { class: "pd-steering" }, this.temperature.node, ...this.tilt.map(({ node }) => node), back, this.more);
  }

  get() {
    const nudge = this.nudge.map((one) => one.get());
    while (nudge.length && !nudge.at(-1)) nudge.pop();
    return { temperature: this.temperature.get(), tilt: this.tilt.map((one) => one.get()), nudge };
  }

  set({ temperature, tilt, nudge }) {
    this.temperature.set(temperature);
    this.tilt.forEach((one, i) => one.set(tilt[i] ?? 0));
    this.nudge.forEach((one, i) => one.set(nudge[i] ?? 0));
    if (nudge.length) this.more.open = true;
  }
}

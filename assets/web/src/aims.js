// A row per objective: a slider to aim with, where the robot is now, what was measured.
//
// Sliders run along what is *measured*: predictions are turned into measurements by matching their
// quantiles over the policies, so that no stretch of a slider does nothing.

import { clamp, el } from "./dom.js";

const STEPS = 400; // of a slider
const NUM_TICKS = 5;

export const tidy = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "−") : "–");

/** One objective's measured scale, per control step. */
class Scale {
  constructor(country, kit, i) {
    const { data, shape: [count, size] } = kit.arrays.returns;
    const { data: z, shape: [, width] } = kit.arrays.z;
    const { horizon } = kit.recipe;
    const sorted = (values) => Float64Array.from(values).sort();
    this.measured = sorted(Array.from({ length: count }, (_, k) => data[k * size + i] / horizon));
    this.predicted = sorted(Array.from({ length: count }, (_, k) => country.predict(z.subarray(k * width, (k + 1) * width))[i] / horizon));
    [this.low, this.high] = [this.measured[0], this.measured.at(-1)];
    this.digits = this.high - this.low < 2 ? 2 : 1;
  }

  /** What the heads say of a latent that is measured so. */
  toPredicted(value) { return between(this.measured, this.predicted, value); }
  /** What would be measured of a latent of which the heads say so. */
  toMeasured(value) { return between(this.predicted, this.measured, value); }
  share(value) { return clamp((value - this.low) / (this.high - this.low || 1), 0, 1); }
  at(share) { return this.low + share * (this.high - this.low); }
}

/** The number that has `value`'s place among `from` among `to`, both sorted. */
function between(from, to, value) {
  let low = 0, high = from.length - 1;
  if (value <= from[low]) return to[low];
  if (value >= from[high]) return to[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= value) low = middle;
    else high = middle;
  }
  const share = (value - from[low]) / (from[high] - from[low] || 1);
  return to[low] + share * (to[high] - to[low]);
}

export class Aims {
  /** `onAim(goals)`: predicted return per objective, null where free; `onRelease()` when let go of. */
  constructor(country, kit, { onAim, onRelease }) {
    Object.assign(this, { kit, onAim, onRelease, horizon: kit.recipe.horizon });
    this.rows = kit.objectives.map((objective, i) => this.#row(objective, new Scale(country, kit, i), i));
    this.node = el("div", { class: "lv-aims" }, ...this.rows.map((row) => row.node));
  }

  #row(objective, scale, i) {
    const input = el("input", { type: "range", class: "scrub", min: 0, max: STEPS, step: 1, value: STEPS / 2, "aria-label": `Aim: ${objective.title}, ${objective.unit}`,
      oninput: () => this.#aim(i), onchange: () => this.#letGo(), onpointerdown: () => (this.held = true), onpointerup: () => this.#letGo() });
    const now = el("i", { class: "lv-now", title: "the robot now: mean of the last two seconds" });
    const measured = el("i", { class: "lv-measured", title: "measured by rollouts", hidden: true });
    const hold = el("input", { type: "checkbox", "aria-label": `Hold ${objective.title} while the others are moved`, title: "hold this while the others are moved" });
    const text = el("b", {}, "–");
    const unit = el("span", { class: "lv-unit" }, objective.unit);
    const words = el("span", { class: "lv-words" });
    const ticks = el("div", { class: "lv-ticks", "aria-hidden": "true" }, ...ticksOf(scale).map(([value, text]) =>
      el("span", { style: `left:${(100 * scale.share(value)).toFixed(2)}%` }, text)));
    const node = el("div", { class: "lv-aim" },
      el("div", { class: "lv-aimhead" }, el("span", { class: "lv-title", title: objective.title }, objective.title), text, unit, el("label", { class: "lv-hold" }, hold, "hold")),
      words,
      el("div", { class: "lv-track" }, input, now, measured), ticks);
    return { node, scale, input, now, measured, hold, text, words };
  }

  /** The one moved is asked for, and those held. */
  #aim(i) {
    this.held = true;
    const goals = this.rows.map(({ scale, input, hold }, k) =>
      k === i || hold.checked ? scale.toPredicted(scale.at(Number(input.value) / STEPS)) * this.horizon : null);
    this.moved = i;
    this.onAim(goals);
  }

  #letGo() {
    if (!this.held) return;
    this.held = false;
    this.onRelease();
  }

  /** Where the latent is bound, by its predicted returns; a slider in the hand stays. `asked`: the sliders said so. */
  show(predicted, asked) {
    this.rows.forEach((row, i) => {
      const value = row.scale.toMeasured(predicted[i] / this.horizon);
      if (!(this.held && this.moved === i) && !row.hold.checked) row.input.value = String(Math.round(row.scale.share(value) * STEPS));
      row.input.style.setProperty("--done", `${(100 * Number(row.input.value)) / STEPS}%`);
      const shown = row.scale.at(Number(row.input.value) / STEPS);
      const own = asked && (this.moved === i || row.hold.checked);
      row.word = `${own ? `aimed ${tidy(shown, row.scale.digits)} · ` : ""}predicted ${tidy(predicted[i] / this.horizon, row.scale.digits)}`;
      row.input.setAttribute("aria-valuetext", `${tidy(shown, row.scale.digits)} ${this.kit.objectives[i].unit}`);
    });
  }

  /** The robot's own means, and what was measured of this aim by rollouts, if anything. */
  tell(means, measured) {
    this.rows.forEach((row, i) => {
      const text = tidy(means[i], row.scale.digits);
      if (row.text.textContent !== text) row.text.textContent = text;
      row.now.style.left = `${(100 * row.scale.share(means[i])).toFixed(1)}%`;
      row.now.hidden = !Number.isFinite(means[i]);
      const known = measured?.[i];
      const words = known ? `${row.word} · measured ${tidy(known / this.horizon, row.scale.digits)}` : row.word ?? "";
      if (row.words.textContent !== words) row.words.textContent = words;
      row.measured.hidden = !known;
      if (known) row.measured.style.left = `${(100 * row.scale.share(known / this.horizon)).toFixed(1)}%`;
    });
  }
}

/** Round numbers inside a scale, and their words. */
function ticksOf({ low, high }) {
  const rough = (high - low) / NUM_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.ceil(low / step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => [(first + i) * step, tidy((first + i) * step, digits)]);
}

// Per-step reward curves under the scene: one row per objective, one line per robot, a cursor.

import { el, clamp } from "./dom.js";
import { alpha, mix } from "./theme.js";

const SMOOTHING_SECONDS = 1; // for display only; the raw reward stays visible, faintly
const PAD = { left: 52, right: 16, head: 25, foot: 7 };
const TITLE_LEFT = 14;
const VALUE_WIDTH = 54;

function smooth(values, half) {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => (sums[i + 1] = sums[i] + value));
  return values.map((_, i) => {
    const [low, high] = [Math.max(0, i - half), Math.min(values.length, i + half + 1)];
    return (sums[high] - sums[low]) / (high - low);
  });
}

/** Range of nearly all raw values and all smoothed ones: single spikes must not flatten the curves. */
function rangeOf(lines) {
  const sorted = Float64Array.from(lines.flatMap((line) => line.raw)).sort();
  const quantile = (share) => sorted[Math.round(share * (sorted.length - 1))];
  let [low, high] = [quantile(0.02), quantile(0.98)];
  for (const { smoothed } of lines) {
    for (const value of smoothed) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const pad = Math.max(0.06 * (high - low), 0.02 * Math.max(Math.abs(low), Math.abs(high)), 1e-3);
  return [low - pad, high + pad];
}

const tidy = (value, digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2) =>
  value.toFixed(digits).replace("-", "−").replace(/^−(0\.?0*)$/, "$1");

export class Curves {
  /** `onSeek(share)` is called with the place in the episode, 0 to 1. */
  constructor(onSeek) {
    this.canvas = el("canvas", { class: "sp-curves", "aria-hidden": "true" });
    this.still = document.createElement("canvas"); // everything but the cursor
    let dragging = false;
    const seek = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const width = box.width - PAD.left - PAD.right;
      onSeek(clamp((event.clientX - box.left - PAD.left) / width, 0, 1));
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      dragging = true;
      this.canvas.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.canvas.addEventListener("pointermove", (event) => dragging && seek(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(end, () => (dragging = false));
    }
  }

  setReplay(replay) {
    this.replay = replay;
    const half = Math.round(SMOOTHING_SECONDS / 2 / replay.dt);
    const count = replay.objectives.length;
    this.rows = replay.objectives.map((objective, o) => {
      const lines = replay.tracks.map((track) => {
        const raw = Array.from({ length: track.num_steps }, (_, i) => track.reward[i * count + o]);
        return { role: track.role, fell: track.fell, raw, smoothed: smooth(raw, half) };
      });
      return { ...objective, lines, range: rangeOf(lines) };
    });
    this.#drawStill();
  }

  setTheme(theme) {
    this.theme = theme;
    if (this.rows) this.#drawStill();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = Math.min(devicePixelRatio, 2);
    if (!width || (this.width === width && this.height === height && this.ratio === ratio)) return;
    Object.assign(this, { width, height, ratio });
    for (const canvas of [this.canvas, this.still]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    if (this.rows) this.#drawStill();
  }

  #x(frame) {
    const share = frame / Math.max(1, this.replay.numFrames - 1);
    return PAD.left + share * (this.width - PAD.left - PAD.right);
  }

  #row(index) {
    const height = this.height / this.rows.length;
    const [top, bottom] = [index * height + PAD.head, (index + 1) * height - PAD.foot];
    const [low, high] = this.rows[index].range;
    const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    return { top, bottom, title: index * height + 17, y };
  }

  #drawStill() {
    if (!this.width || !this.theme) return;
    const g = this.still.getContext("2d");
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    this.rows.forEach((row, index) => {
      const { top, bottom, y } = this.#row(index);
      g.fillStyle = alpha(this.theme.text, 0.035);
      g.beginPath();
      g.roundRect(PAD.left - 4, top - 3, this.width - PAD.left - PAD.right + 8, bottom - top + 6, 5);
      g.fill();
      g.save();
      g.clip();
      if (row.range[0] < 0 && row.range[1] > 0) {
        g.fillStyle = alpha(this.theme.text, 0.22);
        g.fillRect(PAD.left - 4, y(0), this.width, 1);
      }
      for (const line of row.lines) this.#line(g, line.raw, y, alpha(this.theme.role(line.role), 0.16), 1);
      for (const line of row.lines) this.#line(g, line.smoothed, y, this.theme.role(line.role), 2);
      for (const line of row.lines) if (line.fell) this.#cross(g, line, y);
      g.restore();
      this.#scale(g, row.range, top, bottom);
    });
  }

  #scale(g, [low, high], top, bottom) {
    g.font = `11px ${this.theme.font}`;
    g.textAlign = "right";
    g.fillStyle = mix(this.theme.text, this.theme.background, 0.35);
    const digits = clamp(Math.ceil(-Math.log10(high - low)) + 1, 0, 4);
    g.fillText(tidy(high, digits), PAD.left - 10, top + 7);
    g.fillText(tidy(low, digits), PAD.left - 10, bottom + 2);
  }

  #line(g, values, y, colour, width) {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.lineJoin = "round";
    g.beginPath();
    values.forEach((value, i) => g.lineTo(this.#x(i), y(value)));
    g.stroke();
  }

  /** Where a fall ended the episode. */
  #cross(g, { role, smoothed }, y) {
    const [x, v] = [this.#x(smoothed.length - 1), y(smoothed.at(-1))];
    g.strokeStyle = this.theme.role(role);
    g.lineWidth = 2.5;
    g.beginPath();
    for (const slope of [-1, 1]) {
      g.moveTo(x - 5, v - 5 * slope);
      g.lineTo(x + 5, v + 5 * slope);
    }
    g.stroke();
  }

  /** The picture with its cursor at a frame. */
  draw(frame) {
    if (!this.width || !this.rows || !this.theme) return;
    const g = this.canvas.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, this.canvas.width, this.canvas.height);
    g.drawImage(this.still, 0, 0);
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const x = this.#x(frame);
    this.rows.forEach((row, index) => {
      const { top, bottom, title, y } = this.#row(index);
      this.#titles(g, row, frame, title);
      g.fillStyle = alpha(this.theme.text, 0.55);
      g.fillRect(x - 0.75, top - 3, 1.5, bottom - top + 6);
      for (const { role, fell, smoothed } of row.lines) {
        if (fell && frame >= smoothed.length) continue; // its cross says it all
        const at = Math.min(Math.round(frame), smoothed.length - 1);
        g.beginPath();
        g.arc(this.#x(Math.min(frame, smoothed.length - 1)), y(smoothed[at]), 3.5, 0, 7);
        g.fillStyle = this.theme.role(role);
        g.fill();
      }
    });
  }

  #titles(g, row, frame, baseline) {
    g.textAlign = "left";
    g.font = `600 12px ${this.theme.font}`;
    g.fillStyle = this.theme.text;
    g.fillText(row.title, TITLE_LEFT, baseline);
    let left = TITLE_LEFT + g.measureText(row.title).width + 8;
    g.font = `12px ${this.theme.font}`;
    g.fillStyle = mix(this.theme.text, this.theme.background, 0.3);
    const room = this.width - PAD.right - row.lines.length * VALUE_WIDTH - left;
    const unit = [`${row.unit} per step, 1 s mean`, `${row.unit} per step`, row.unit]
      .find((text) => g.measureText(text).width < room) ?? "";
    g.fillText(unit, left, baseline);
    left += g.measureText(unit).width;
    g.textAlign = "right";
    g.font = `600 12px ${this.theme.font}`;
    let right = this.width - PAD.right;
    for (const { role, fell, smoothed } of [...row.lines].reverse()) {
      if (right - VALUE_WIDTH < left) break; // no room left: the scene's labels and the dots remain
      g.fillStyle = mix(this.theme.role(role), this.theme.text, 0.2);
      const over = fell && frame >= smoothed.length;
      g.fillText(over ? "fell" : tidy(smoothed[Math.min(Math.round(frame), smoothed.length - 1)]), right, baseline);
      right -= VALUE_WIDTH;
    }
  }
}

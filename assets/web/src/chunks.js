// The plane of a chunk's codes: drag the tilt of p(z | obs) and see the density lean; Python runs the robot on release.

import { CELLS, Family } from "./density.js";
import { clamp, el, mountOnce, takeSlot } from "./dom.js";
import style from "./chunks.css";
import { mosaic, ramp } from "./ramp.js";
import scrub from "./scrub.css";
import { slider } from "./steering.js";
import { ACCENT, readTheme, scaleOf } from "./theme.js";
import { Told } from "./told.js";

const KEY_STEP = 0.05;
const TRAIL = 6; // codes drawn before the moment that are still shown

const viridis = ramp(scaleOf([0, 1]));
const css = ([red, green, blue]) => `rgb(${red}, ${green}, ${blue})`;
const signed = (v) => (v < 0 ? "−" : "+") + Math.abs(v).toFixed(1);

class Plane {
  constructor({ parentElement, data }) {
    const { temperatures: [low, high] } = data.limits;
    this.title = el("span", {}, "p(z | what the robot sees now)");
    this.figure = el("b");
    this.canvas = el("canvas", { class: "ck-plane", tabindex: 0, role: "slider", "aria-label": "Tilt of the density of codes",
      onpointerdown: (e) => this.#grab(e), onpointermove: (e) => this.#drag(e), onpointerup: () => this.#letGo(),
      onpointercancel: () => this.#letGo(), onkeydown: (e) => this.#key(e), onkeyup: () => this.#letGo() });
    this.key = el("div", { class: "ck-key" });
    this.words = el("span", { "aria-live": "polite" });
    this.moment = slider("moment", { low: 0, high: data.seconds, home: 0, text: (v) => `${v.toFixed(1)} s` }, () => this.#show(), () => this.#show());
    this.temperature = slider("temperature τ", { low, high, home: 1, log: true, text: (v) => v.toFixed(2) }, () => this.#changed(), () => this.#letGo());
    const back = el("button", { type: "button", onclick: () => { this.tilt = [0, 0]; this.temperature.set(1); this.#changed(); this.#letGo(); } }, "as trained");
    this.root = el("div", { class: "ck-root" }, el("div", { class: "ck-head" }, this.title, this.figure), this.canvas, this.key,
      this.moment.node, this.temperature.node, el("div", { class: "ck-foot" }, this.words, back));
    takeSlot(parentElement, this.root, scrub + style);
    this.resizes = new ResizeObserver(() => this.#draw());
    this.resizes.observe(this.root);
    this.told = new Told();
  }

  update({ data: view, setTriggerValue }) {
    const before = this.view;
    Object.assign(this, { view, send: setTriggerValue, theme: readTheme(this.root) });
    this.family ??= new Family({ order: view.order });
    if (!this.held && this.told.answered(JSON.stringify(view.asked), before && JSON.stringify(before.asked))) {
      this.tilt = view.asked.tilt;
      this.temperature.set(view.asked.temperature);
    }
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    this.root.dataset.ride = view.ride_id;
    this.#show();
  }

  // --- what is asked --------------------------------------------------------------------------

  #asked() {
    return { tilt: this.tilt, temperature: this.temperature.get() };
  }

  #grab(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.grabbed = true;
    this.#drag(event);
  }

  #drag({ offsetX, offsetY }) {
    const size = this.canvas.clientWidth;
    if (this.grabbed) this.#lean([(2 * offsetX) / size - 1, 1 - (2 * offsetY) / size]);
  }

  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    this.#lean(this.tilt.map((value, i) => value / this.view.limits.tilt + move[i] * KEY_STEP));
  }

  /** A place in the plane stands for the tilt towards it. */
  #lean(place) {
    this.tilt = place.map((value) => Number((clamp(value, -1, 1) * this.view.limits.tilt).toFixed(2)) || 0);
    this.#changed();
  }

  #changed() {
    this.held = true;
    this.#show();
  }

  #letGo() {
    this.grabbed = false;
    if (!this.held) return;
    this.held = false;
    const asked = this.#asked();
    const text = JSON.stringify(asked);
    if (text === this.told.last(JSON.stringify(this.view.asked))) return;
    this.told.say(text);
    this.send("asked", asked);
  }

  // --- the density ----------------------------------------------------------------------------

  #show() {
    const { view, theme } = this;
    if (!view) return;
    this.draw = Math.min(view.natural.length - 1, Math.floor((this.moment.get() / view.seconds) * view.natural.length));
    const found = this.family.density(this.family.steered(view.natural[this.draw], { ...this.#asked(), nudge: [] }));
    const paper = ramp([theme.background, theme.dark ? "#5b6b7d" : "#aab6c4", theme.dark ? "#c4d0dd" : "#54657a"]);
    this.picture = mosaic(CELLS, CELLS, (column, row) => Math.sqrt(found.value[row * CELLS + column] / found.highest), paper);
    this.root.dataset.tilt = this.tilt.join(" ");
    this.root.dataset.entropy = found.entropy.toFixed(4);
    this.figure.textContent = `entropy ${found.entropy.toFixed(2).replace("-", "−")} nats`;
    this.words.textContent = this.tilt.some(Boolean) ? `tilt ${this.tilt.map(signed).join(", ")}` : "no tilt: drag in the plane";
    this.canvas.setAttribute("aria-valuetext", this.words.textContent);
    this.canvas.setAttribute("aria-valuenow", String(this.tilt[0]));
    this.key.replaceChildren("codes of the gait at", ...view.speeds.map((speed, gait) => {
      const now = gait === view.gait[this.draw];
      return el("span", {}, el("i", { style: `background:${this.#colour(gait)}` }), el(now ? "b" : "span", {}, `${speed.toFixed(1)} m/s`));
    }));
    this.#draw();
  }

  #colour(gait) {
    return css(viridis(gait / (this.view.speeds.length - 1)));
  }

  // --- pictures -------------------------------------------------------------------------------

  #draw() {
    const { canvas, view, theme } = this;
    const size = canvas.clientWidth;
    if (!this.picture || !size) return;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(size * ratio)) canvas.width = canvas.height = Math.round(size * ratio);
    const g = canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.imageSmoothingEnabled = true;
    g.drawImage(this.picture, 0, 0, size, size);
    const at = ([x, y]) => [((x + 1) / 2) * size, ((1 - y) / 2) * size];
    const disc = (place, radius, fill, line) => {
      g.beginPath();
      g.arc(...at(place), radius, 0, 2 * Math.PI);
      g.fillStyle = fill;
      g.fill();
      if (line) (g.strokeStyle = line), g.stroke();
    };
    g.lineWidth = 0.6;
    const edge = theme.dark ? "rgba(255, 255, 255, 0.55)" : theme.background;
    view.codes.forEach(([x, y, gait]) => disc([x, y], 2.6, this.#colour(gait), edge));
    const trail = view.z.slice(Math.max(0, this.draw - TRAIL), this.draw + 1);
    g.lineWidth = 1.6;
    trail.forEach((z, i) => {
      g.globalAlpha = (i + 1) / trail.length;
      disc(z, i === trail.length - 1 ? 6 : 4, this.#colour(view.gait[this.draw]), ACCENT);
    });
    g.globalAlpha = 1;
    this.#arrow(g, at([0, 0]), at(this.tilt.map((c) => c / view.limits.tilt)));
  }

  #arrow(g, from, to) {
    g.strokeStyle = g.fillStyle = ACCENT;
    g.lineWidth = 3;
    g.beginPath();
    g.moveTo(...from), g.lineTo(...to);
    g.stroke();
    g.beginPath();
    g.arc(...to, 8, 0, 2 * Math.PI);
    g.fill();
    g.lineWidth = 2;
    g.strokeStyle = this.theme.background;
    g.stroke();
  }

  dispose() {
    this.resizes.disconnect();
  }
}

export default mountOnce((component) => new Plane(component));

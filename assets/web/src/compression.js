// A latent space of policy parameters: the place in it, what that policy does everywhere, and the car it drives.
//
// While the place is dragged, the decoder and the policy it writes run here; Python hears of it on release.

import { drawHill, drive, HIGH, LOW } from "./car.js";
import style from "./compression.css";
import { Decoder, GeneratedPolicy } from "./decoder.js";
import { clamp, el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { numbers } from "./files.js";
import { number } from "./hover.js";
import { axesOf, codeTowards, drawLatent, placeOf, reachOf } from "./latent.js";
import { mosaic, ramp } from "./ramp.js";
import scrub from "./scrub.css";
import { ACCENT, readTheme, scaleOf } from "./theme.js";
import { Told } from "./told.js";

const MAP_COLUMNS = 60;
const MAP_ROWS = 44;
const STEPS_PER_FRAME = 2; // of the car, at 30 frames a second twice Gymnasium's own pace
const CLIMB_MS = 90; // between two generations
const WRITTEN = 8; // numbers of a latent that are spelled out
const ROUNDING = 1e-3; // of the box: a place at its edge is inside of it
const KEY_SHARE = 1 / 40; // of the box, for an arrow key

const signed = ramp(scaleOf([-1, 1]));
const viridis = ramp(scaleOf([0, 1]));
const same = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);

function paintScale(canvas, colourOf) {
  canvas.getContext("2d").drawImage(mosaic(canvas.width, 1, (column) => column / (canvas.width - 1), colourOf), 0, 0, canvas.width, canvas.height);
}

class Compression {
  constructor({ parentElement }) {
    const canvas = (name, label) => el("canvas", { class: `cp-${name}`, role: "img", "aria-label": label });
    this.latent = el("canvas", { class: "cp-latent", tabindex: 0, role: "slider", "aria-label": "Place in the latent space",
      onpointerdown: (e) => this.#grab(e), onpointermove: (e) => this.#drag(e), onpointerup: () => this.#letGo(),
      onpointercancel: () => this.#letGo(), onkeydown: (e) => this.#key(e), onkeyup: () => this.#letGo() });
    this.third = el("input", { type: "range", class: "cp-third scrub", "aria-label": "Third latent", step: "any",
      oninput: () => this.#thirdMoved(), onchange: () => this.#letGo() });
    this.map = canvas("map", "Action over position and velocity, with the car's path");
    this.hill = canvas("hill", "The car on its hill");
    this.words = el("div", { class: "cp-words", "aria-live": "polite" });
    const panel = (title, ...nodes) => el("figure", { class: "cp-panel" }, el("figcaption", {}, ...title), ...nodes);
    this.latentTitle = el("span");
    this.scale = el("canvas", { class: "cp-scale", width: 96, height: 8, "aria-hidden": "true" });
    [this.lowest, this.highest] = [el("b"), el("b")];
    const push = el("canvas", { class: "cp-scale", width: 96, height: 8, "aria-hidden": "true" });
    paintScale(push, signed);
    this.root = el("div", { class: "cp-root" },
      panel([this.latentTitle, this.lowest, this.scale, this.highest], this.latent, this.third),
      this.side = el("div", { class: "cp-side" },
        panel([el("span", {}, "what it does, over position → and velocity ↑: push"), el("b", {}, "left"), push, el("b", {}, "right")], this.map),
        panel([el("span", {}, "what comes of it")], this.hill)), this.words);
    takeSlot(parentElement, this.root, scrub + style);
    this.resizes = new ResizeObserver(() => this.#draw());
    this.resizes.observe(this.root);
    this.frame = 0;
    this.told = new Told(same);
  }

  async update({ data: view, setTriggerValue }) {
    const before = this.view;
    Object.assign(this, { view, send: setTriggerValue, theme: readTheme(this.root) });
    if (before?.codes_url !== view.codes_url) this.codes = null; // another space: nothing to draw until its files are here
    const [codes, points, codeReturns, searched, decoder] = await Promise.all(
      [view.codes_url, view.points_url, view.code_returns_url, view.searched_url, view.decoder_url].map((url) => url && numbers(url)));
    if (this.view !== view) return;
    Object.assign(this, { codes, points, codeReturns, searched, decoder: decoder && new Decoder(decoder, view.decoder_widths) });
    this.root.classList.toggle("cp-alone", view.robot);
    this.side.hidden = view.robot;
    const here = before?.codes_url === view.codes_url ? before.z : undefined; // another space: Python moves
    if (this.told.answered(view.z, here) && !this.held) this.z = [...view.z];
    this.third.hidden = view.dim !== 3 || Boolean(view.layout);
    this.latentTitle.textContent = view.title;
    [this.lowest.textContent, this.highest.textContent] = view.range.map(number);
    paintScale(this.scale, viridis);
    Object.assign(this.third, { min: reachOf(view, 2)?.[0] ?? 0, max: reachOf(view, 2)?.[1] ?? 1, value: this.z[2] ?? 0 });
    if (view.climb && view.climb.id !== this.climbed) this.#climb(view.climb);
    this.#decode();
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    this.request ??= requestAnimationFrame((now) => this.#tick(now));
  }

  // --- the place ------------------------------------------------------------------------------

  #grab(event) {
    this.latent.setPointerCapture(event.pointerId);
    this.held = true;
    this.#drag(event);
  }

  #drag({ offsetX, offsetY }) {
    if (!this.held || !this.codes) return;
    this.#moveTo(placeOf(this.view, this.latent, offsetX, offsetY, this.codes));
  }

  #key(event) {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }[event.key];
    if (!move || !this.codes) return;
    event.preventDefault();
    this.held = true;
    if (this.view.layout) return this.#moveTo(codeTowards(this.view, this.codes, this.z, ...move));
    const axis = this.view.dim === 1 ? 0 : axesOf(this.view)[move[0]];
    const [low, high] = reachOf(this.view, axis);
    this.#moveTo(this.z.map((v, i) => (i === axis ? v + move[1] * KEY_SHARE * (high - low) : v)));
  }

  #thirdMoved() {
    this.held = true;
    this.#moveTo({ 2: Number(this.third.value) });
  }

  #moveTo(place) {
    this.z = this.z.map((value, i) => clamp(place[i] ?? value, ...reachOf(this.view, i)));
    this.#decode();
  }

  #letGo() {
    if (!this.held) return;
    this.held = false;
    if (same(this.z, this.told.last(this.view.z))) return;
    this.told.say(this.z);
    this.send("z", this.z);
  }

  // --- what lives there -----------------------------------------------------------------------

  #decode() {
    const { view } = this;
    if (this.decoder) {
      const began = performance.now();
      const policy = new GeneratedPolicy(this.decoder.decode(Float64Array.from(this.z)), view.widths, view.inputs);
      this.action = mosaic(MAP_COLUMNS, MAP_ROWS, (column, row) => {
        const at = [column / (MAP_COLUMNS - 1), row / (MAP_ROWS - 1)];
        return 0.5 + policy.act(at.map((share, i) => LOW[i] + share * (HIGH[i] - LOW[i])))[0] / 2;
      }, signed);
      this.path = drive(policy, view.start);
      this.root.dataset.decodeMs = (performance.now() - began).toFixed(2);
    } else if (view.visit && !this.held) {
      const { action, columns, rows, path } = view.visit;
      this.action = mosaic(columns, rows, (column, row) => 0.5 + action[row * columns + column] / 2, signed);
      this.path = path;
    }
    this.frame = Math.min(this.frame, (this.path?.length ?? 2) / 2 - 1);
    const { value, min, max } = this.third;
    this.third.style.setProperty("--done", `${(100 * (value - min)) / (max - min)}%`);
    this.root.dataset.z = this.z.map((value) => value.toFixed(4)).join(" ");
    this.#speak();
    this.#draw();
  }

  #speak() {
    const { view } = this;
    const inside = this.z.every((value, i) => {
      const rounding = ROUNDING * (view.high[i] - view.low[i]);
      return value >= view.low[i] - rounding && value <= view.high[i] + rounding;
    });
    const where = this.z.slice(0, WRITTEN).map((value) => value.toFixed(2).replace("-", "−")).join(", ") + (this.z.length > WRITTEN ? ", …" : "");
    this.words.textContent = `z = ${where}${inside ? "" : " (outside of the codes: the decoder has seen nothing here)"} · ${this.#story()}`;
    this.latent.setAttribute("aria-valuetext", this.words.textContent);
    this.latent.setAttribute("aria-valuenow", String(this.z[0]));
  }

  #story() {
    if (this.view.robot) return this.held ? "let go to see it move" : "played on the right";
    if (!this.decoder && this.held) return "let go to see it drive";
    const steps = this.path.length / 2 - 1;
    return this.path.at(-2) >= 0.45 ? `at the flag after ${steps} steps` : `${steps} steps, never at the flag`;
  }

  // --- the climb ------------------------------------------------------------------------------

  #climb(climb) {
    Object.assign(this, { climbed: climb.id, generation: prefersReducedMotion() ? climb.centres.length - 1 : 0 });
    clearInterval(this.climbing);
    this.climbing = setInterval(() => {
      if (this.generation >= climb.centres.length - 1 || this.view.climb?.id !== climb.id) clearInterval(this.climbing);
      else this.generation += 1;
      this.#draw();
    }, CLIMB_MS);
  }

  // --- pictures -------------------------------------------------------------------------------

  #sized(canvas) {
    const { clientWidth: width, clientHeight: high } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(high * ratio)) canvas.height = Math.round(high * ratio);
    const g = canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    return [g, width, high];
  }

  #draw() {
    if (!this.view || !this.codes || !this.latent.clientWidth) return;
    const climb = this.view.climb && { ...this.view.climb, generation: this.generation ?? 0 };
    if (climb) this.root.dataset.generation = climb.generation;
    const [latent, latentWidth, latentHeight] = this.#sized(this.latent);
    drawLatent(latent, latentWidth, latentHeight, { view: this.view, z: this.z, codes: this.codes, points: this.points,
      codeReturns: this.codeReturns, searched: this.searched, theme: this.theme, climb, text: number });
    if (!this.view.robot && this.path) this.#drawVisit();
  }

  #drawVisit() {
    const [map, width, high] = this.#sized(this.map);
    map.imageSmoothingEnabled = false;
    map.drawImage(this.action, 0, 0, width, high);
    const [x, y] = [0, 1].map((i) => (value) => {
      const share = (value - LOW[i]) / (HIGH[i] - LOW[i]);
      return i ? (1 - share) * high : share * width;
    });
    map.strokeStyle = this.theme.dark ? "#fff" : "#17212e";
    map.lineWidth = 1.4;
    map.beginPath();
    for (let i = 0; i < this.path.length; i += 2) map.lineTo(x(this.path[i]), y(this.path[i + 1]));
    map.stroke();
    this.#drawCar(map, x, y);
  }

  #drawCar(map, x, y) {
    const at = 2 * Math.floor(this.frame);
    map.fillStyle = ACCENT;
    map.beginPath();
    map.arc(x(this.path[at]), y(this.path[at + 1]), 4, 0, 7);
    map.fill();
    const [g, width, high] = this.#sized(this.hill);
    drawHill(g, width, high, this.path[at], this.theme, ACCENT);
  }

  #tick(now) {
    this.request = null;
    if (!this.root.isConnected) return;
    if (this.path && !document.hidden && !prefersReducedMotion() && now - (this.last ?? 0) > 33) {
      this.last = now;
      this.frame = (this.frame + STEPS_PER_FRAME) % (this.path.length / 2);
      this.#draw();
    }
    this.request = requestAnimationFrame((later) => this.#tick(later));
  }

  dispose() {
    cancelAnimationFrame(this.request);
    clearInterval(this.climbing);
    this.resizes.disconnect();
  }
}

export default mountOnce((component) => new Compression(component));

// A stochastic policy to look into: drag the agent, and its whole density of actions follows.
//
// While something is dragged, network and density run here; Python hears of it on release and walks.

import { CELLS, Family, middle, Network } from "./density.js";
import { clamp, el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { numbers } from "./files.js";
import scrub from "./scrub.css";
import style from "./polynomial.css";
import { mosaic, ramp } from "./ramp.js";
import { Steering } from "./steering.js";
import { ACCENT, readTheme, scaleOf } from "./theme.js";
import { Told } from "./told.js";
import { drawAgent, drawFan, drawRoom, GOALS, holds, placeAt, SIDE } from "./worlds.js";

const WALK_MS = 2200; // from the first step of a fan to the last
const KEY_STEP = 1 / SIDE;
const MOST_ENTROPY = 2 * Math.log(2);

const viridis = ramp(scaleOf([0, 1]));
const rounded = (values) => values.map((value) => Number(value.toFixed(4)));

/** What the walks came to; of several goals each one's share, in its colour. */
function tell(node, story, { shares }) {
  const part = (share, i) => el("b", { style: `text-decoration-color: ${GOALS[i]}` }, `${Math.round(100 * share)}%`);
  node.replaceChildren(story, ...(shares.length > 1 ? shares.map(part) : []));
}

class Density {
  constructor({ parentElement, data }) {
    const panel = (canvas) => {
      const [title, figure] = [el("span"), el("b")];
      const words = el("div", { class: "pd-words", "aria-live": "polite" });
      return { title, figure, words, canvas, node: el("figure", { class: "pd-panel" }, el("figcaption", {}, title, figure), canvas, words) };
    };
    this.world = panel(el("canvas", { class: "pd-agent", tabindex: 0, role: "slider", "aria-label": "Place of the agent",
      onpointerdown: (e) => this.#grab(e), onpointermove: (e) => this.#drag(e), onpointerup: () => this.#letGo(),
      onpointercancel: () => this.#letGo(), onkeydown: (e) => this.#key(e), onkeyup: () => this.#letGo() }));
    this.density = panel(el("canvas", { class: "pd-density", role: "img", "aria-label": "Density of actions where the agent is" }));
    this.rival = panel(el("canvas", { role: "img", "aria-label": "Walks of the policy it is compared with" }));
    this.steering = new Steering(data.limits, () => this.#steered(), () => this.#letGo());
    this.root = el("div", { class: "pd-root" }, this.world.node, this.density.node, this.rival.node, this.steering.node);
    takeSlot(parentElement, this.root, scrub + style);
    this.resizes = new ResizeObserver(() => this.#draw());
    this.resizes.observe(this.root);
    this.told = new Told();
  }

  async update({ data: view, setTriggerValue }) {
    const before = this.view;
    Object.assign(this, { view, send: setTriggerValue, theme: readTheme(this.root) });
    const weights = await numbers(view.network_url);
    if (this.view !== view) return;
    Object.assign(this, { network: new Network(weights, view.network.widths), family: new Family(view.network) });
    if (!this.held && this.told.answered(JSON.stringify(view.asked), before && JSON.stringify(before.asked))) {
      this.at = view.asked.at;
      this.steering.set(view.asked);
    }
    if (before?.fan_id !== view.fan_id) this.began = prefersReducedMotion() ? -Infinity : performance.now();
    this.fresh = JSON.stringify(this.#asked()) === JSON.stringify(view.asked);
    this.world.title.textContent = view.title;
    this.rival.title.textContent = view.rival.title;
    tell(this.world.words, view.story, view.fan);
    tell(this.rival.words, view.rival.story, view.rival.fan);
    this.#compute();
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    this.root.dataset.fan = view.fan_id;
    this.#animate();
  }

  // --- what is asked --------------------------------------------------------------------------

  #asked() {
    return { at: this.at, ...this.steering.get() };
  }

  #grab(event) {
    this.world.canvas.setPointerCapture(event.pointerId);
    this.grabbed = true;
    this.#drag(event);
  }

  #drag({ offsetX, offsetY }) {
    if (this.grabbed) this.#moveTo(placeAt(offsetX, offsetY, this.world.canvas.clientWidth));
  }

  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    this.#moveTo(this.at.map((value, i) => value + move[i] * KEY_STEP));
  }

  #moveTo(place) {
    if (!this.network) return;
    this.held = true;
    const at = rounded(place.map((value) => clamp(value, -1 + 1e-3, 1 - 1e-3)));
    if (holds(this.view.cells, at) !== 0) return;
    this.at = at;
    this.#steered();
  }

  #steered() {
    this.held = true;
    this.fresh = false;
    this.#compute();
    this.#draw();
  }

  #letGo() {
    this.grabbed = false;
    if (!this.held) return;
    this.held = false;
    const asked = this.#asked();
    const text = JSON.stringify(asked);
    if (text === this.told.last(JSON.stringify(this.view.asked))) {
      this.fresh = true;
      return this.#draw();
    }
    this.told.say(text);
    this.send("asked", asked);
  }

  // --- the density ----------------------------------------------------------------------------

  #compute() {
    const began = performance.now();
    const natural = this.family.steered(this.family.natural(this.network.run(this.at)), this.steering.get());
    const found = this.family.density(natural);
    this.picture = mosaic(CELLS, CELLS, (column, row) => (found.value[row * CELLS + column] - found.lowest) / (found.highest - found.lowest), viridis);
    this.root.dataset.densityMs = (performance.now() - began).toFixed(2);
    this.root.dataset.entropy = found.entropy.toFixed(4);
    this.root.dataset.at = this.at.join(" ");
    this.density.title.textContent = "π(a | s): where it would go, → and ↑";
    this.density.figure.textContent = `${found.lowest.toFixed(2)} to ${found.highest.toFixed(2)}`;
    this.density.words.textContent = `entropy ${found.entropy.toFixed(2).replace("-", "−")} of at most ${MOST_ENTROPY.toFixed(2)} nats`;
    this.world.canvas.setAttribute("aria-valuetext", `x ${this.at[0].toFixed(2)}, y ${this.at[1].toFixed(2)}; ${this.density.words.textContent}`);
    this.world.canvas.setAttribute("aria-valuenow", String(this.at[0]));
    this.mean = [0, 0];
    for (let k = 0; k < found.value.length; k++) {
      this.mean[0] += (found.value[k] * middle(k % CELLS) * 4) / CELLS ** 2;
      this.mean[1] += (found.value[k] * middle(Math.floor(k / CELLS)) * 4) / CELLS ** 2;
    }
  }

  // --- pictures -------------------------------------------------------------------------------

  #animate() {
    cancelAnimationFrame(this.request);
    this.#draw();
    if (this.#share() < 1 && this.root.isConnected) this.request = requestAnimationFrame(() => this.#animate());
  }

  #share() {
    return Math.min(1, (performance.now() - this.began) / WALK_MS);
  }

  #sized(canvas) {
    const size = canvas.clientWidth;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(size * ratio)) canvas.width = canvas.height = Math.round(size * ratio);
    const g = canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    return [g, size];
  }

  #draw() {
    if (!this.picture || !this.world.canvas.clientWidth) return;
    const { view, theme } = this;
    const share = this.#share();
    for (const { canvas, fan, layer } of [
      { canvas: this.world.canvas, fan: view.fan, layer: view.layer }, { canvas: this.rival.canvas, fan: view.rival.fan, layer: null }]) {
      const [g, size] = this.#sized(canvas);
      drawRoom(g, size, { cells: view.cells, layer, colourOf: viridis, theme });
      if (fan) drawFan(g, size, fan, share, { theme, faint: !this.fresh });
      drawAgent(g, size, this.at, theme);
    }
    this.#drawDensity();
  }

  #drawDensity() {
    const [g, size] = this.#sized(this.density.canvas);
    g.imageSmoothingEnabled = true;
    g.drawImage(this.picture, 0, 0, size, size);
    g.strokeStyle = "rgba(255, 255, 255, 0.5)";
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(size / 2, 0), g.lineTo(size / 2, size), g.moveTo(0, size / 2), g.lineTo(size, size / 2);
    g.stroke();
    const [x, y] = [((this.mean[0] + 1) / 2) * size, ((1 - this.mean[1]) / 2) * size];
    g.strokeStyle = ACCENT;
    g.lineWidth = 2;
    g.beginPath();
    g.moveTo(x - 6, y), g.lineTo(x + 6, y), g.moveTo(x, y - 6), g.lineTo(x, y + 6);
    g.stroke();
  }

  dispose() {
    cancelAnimationFrame(this.request);
    this.resizes.disconnect();
  }
}

export default mountOnce((component) => new Density(component));

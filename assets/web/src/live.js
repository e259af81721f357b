// Live: the decoded policy runs in the page, and its latent follows the hand. Entry of the bundle.
//
// While something is dragged nobody is asked; on release Python hears the latent once and measures.

import { Aims } from "./aims.js";
import { el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { Country } from "./drive.js";
import { Engine, loadMujoco, rewards, Simulation } from "./engine.js";
import { Joystick } from "./joystick.js";
import { CAMERA, CAMERA_HELP, press } from "./keys.js";
import { fetchKit, readKit, row } from "./kit.js";
import { besides, LINEUPS } from "./lineup.js";
import { DecoderWeights, LiveDecoder } from "./live_decoder.js";
import liveStyle from "./live.css";
import playerStyle from "./player.css";
import scrubStyle from "./scrub.css";
import { probeWebGL } from "./stage.js";
import { readTheme } from "./theme.js";
import { Theatre } from "./theatre.js";
import { Tour } from "./tour.js";

const TOLD_MS = 120; // between two updates of the numbers
const LATENCIES = 200; // kept, for the median
const KEYS = { p: (live) => live.push(), r: (live) => live.restart() };
const SCENE_KEYS = { ...CAMERA, " ": (live) => live.setPaused(!live.theatre.paused) };
const began = performance.now();

class Live {
  constructor({ parentElement }) {
    this.stageNode = el("div", { class: "lv-stage" });
    this.side = el("div", { class: "lv-side" });
    this.root = el("div", { class: "lv-root sp-root", role: "group", "aria-label": "A robot that runs in this page", onkeydown: (e) => this.#key(e) }, this.side, this.stageNode);
    this.stop = new AbortController();
    document.addEventListener("keydown", (e) => this.#keyOfPage(e), { capture: true, signal: this.stop.signal });
    takeSlot(parentElement, this.root, scrubStyle + playerStyle + liveStyle);
    this.latencies = [];
    this.said = new Set(); // latents that Python was told of and has not answered
    const missing = missingHere();
    if (missing) this.#cannot(missing);
  }

  /** Say why nothing runs here; Python shows the replay instead. */
  #cannot(reason) {
    this.broken = reason;
    this.root.classList.add("lv-broken");
    this.root.dataset.broken = reason;
    this.stageNode.replaceChildren(el("div", { class: "sp-message" }, `${reason} Recorded rollouts of the same policies are shown below instead.`));
  }

  update({ data: view, setStateValue }) {
    const before = this.view;
    Object.assign(this, { view, setStateValue });
    const known = this.kitUrl === view.kit_url;
    if (this.broken && (known || !this.kitUrl)) return this.#tellBroken(); // another robot may load where one did not
    this.#theme();
    if (known) {
      this.#follow(before);
      return this.#heard();
    }
    this.kitUrl = view.kit_url;
    this.#load(view).catch((error) => {
      console.error(error);
      if (this.kitUrl !== view.kit_url) return; // another robot has been asked for since
      this.#cannot(`The simulation could not be loaded (${error.message}).`);
      this.#tellBroken();
    });
  }

  #tellBroken() {
    if (this.told) return;
    this.told = true;
    this.setStateValue?.("broken", this.broken);
  }

  #mended() {
    Object.assign(this, { broken: "", told: false });
    this.root.classList.remove("lv-broken");
    delete this.root.dataset.broken;
    this.setStateValue?.("broken", "");
  }

  #theme() {
    this.theme = readTheme(this.root);
    this.theatre?.scene.setTheme(this.theme);
    this.joystick?.setTheme(this.theme);
  }

  async #load(view) {
    const at = (url) => new URL(url, document.baseURI).href;
    const [mujoco, kit] = await Promise.all([
      loadMujoco({ script: at(view.script_url), wasm: at(view.wasm_url) }), view.kit ?? fetchKit(at(view.kit_url))]);
    if (this.kitUrl !== view.kit_url) return;
    this.#clear();
    if (this.broken) this.#mended();
    this.kit = kit;
    this.country = new Country(kit);
    this.engine = new Engine(mujoco, kit);
    this.#build(new DecoderWeights(kit));
    this.#heard();
  }

  #build(weights) {
    const { kit, country } = this;
    const canvas = el("canvas", { role: "application", tabindex: 0, onkeydown: (e) => press(e, this, SCENE_KEYS), "aria-label":
      "The robots in 3D: drag to turn, wheel to zoom; drag a robot to pull it. Shift and arrows turn, plus and minus zoom, zero resets, space pauses." });
    this.joystick = new Joystick(country, kit, {
      onMove: (xy) => this.#aim(country.settle(this.joystick.map, xy), { by: "map", at: xy }), onRelease: () => this.#release() });
    this.aims = new Aims(country, kit, {
      onAim: (goals) => this.#aim(country.aim(goals, this.steered.target), { by: "aims", goals }), onRelease: () => this.#release() });
    this.theatre = new Theatre(canvas, probe.lite, { engine: this.engine, weights, kit, country }, (now) => this.#frame(now));
    this.tour = new Tour(kit, this.root, {
      visit: (i) => this.#aim(row(kit.arrays.z, i), { by: "tour" }), onOpen: () => this.#layout() });
    this.side.replaceChildren(this.joystick.node, this.aims.node);
    this.stageNode.replaceChildren(this.theatre.scene.node, this.#tools(), keysOfCamera(), this.tour.words);
    this.theatre.barLeft = () => this.bar.offsetLeft;
    this.#theme();
    const first = this.#first();
    this.setLineup("one", first);
    this.#bound(first);
    this.resizes = new ResizeObserver(() => this.#layout());
    this.resizes.observe(this.root);
    this.#layout();
    this.setPaused(prefersReducedMotion() && !this.view.kiosk); // until somebody moves something
    if (this.view.kiosk) this.tour.setOpen(true);
  }

  #tools() {
    const button = (text, title, onclick) => el("button", { type: "button", class: "sp-chipbutton", title, onclick }, text);
    this.lineups = LINEUPS.map(([name, text, title]) => el("button", { type: "button", title, "aria-label": `${text}: ${title}`,
      "data-lineup": name, onclick: () => this.setLineup(name) }, text));
    this.note = el("span", { class: "lv-note", role: "status" });
    this.bar = el("div", { class: "sp-segments", role: "group", "aria-label": "Robots" }, ...this.lineups);
    this.pause = button("Pause", "Hold the robots still (space, in the scene)", () => this.setPaused(!this.theatre.paused));
    return el("div", { class: "lv-tools" }, this.bar, this.pause,
      button("Push", "Shove the robots back (P)", () => this.push()),
      button("Restart", "Set the robots up anew (R)", () => this.restart()),
      this.tour.button, this.note);
  }

  setPaused(paused) {
    this.theatre.paused = paused;
    this.pause.textContent = paused ? "Go on" : "Pause";
    this.root.dataset.paused = paused;
  }

  push() {
    this.setPaused(false);
    for (const runner of this.theatre.runners) runner.push(-1);
  }

  restart() {
    for (const runner of this.theatre.runners) runner.restart();
  }

  orbit(dx, dy) { this.theatre.scene.rig.orbit(dx, dy); }
  zoom(factor) { this.theatre.scene.rig.zoomBy(factor); }
  resetCamera() { this.theatre.scene.rig.reset(); }

  #key(event) {
    if (this.theatre && !this.broken) press(event, this, KEYS);
  }

  /** A key pressed while nothing has the focus but the page itself, or what scrolls in it. */
  #keyOfPage(event) {
    if (event.target === this.root || !event.target.contains?.(this.root)) return;
    this.tour?.key(event);
    this.#key(event);
  }

  /** The latent that the first robot starts with: the link's, or the atlas' first policy's. */
  #first() {
    const { settled } = this.view;
    return Float64Array.from(settled?.z ?? row(this.kit.arrays.z, this.kit.first));
  }

  get steered() { return this.theatre.steered; }

  setLineup(lineup, z = this.steered.target) {
    this.lineup = lineup;
    this.theatre.setCast([{ label: "Steered", role: "steered", z }, ...besides(lineup, this.country, this.kit, z)]);
    for (const button of this.lineups) button.setAttribute("aria-pressed", String(button.dataset.lineup === lineup));
    this.root.dataset.lineup = lineup;
  }

  // --- what is asked --------------------------------------------------------------------------

  #aim(z, asked) {
    this.asked = asked;
    if (this.theatre.paused) this.setPaused(false);
    this.inputAt ??= performance.now();
    this.steered.aim(z);
    this.#bound(z);
  }

  #bound(z) {
    this.joystick.setAim(z);
    this.aims.show(this.country.predict(z), this.asked?.by === "aims");
    this.measured = null;
  }

  #release() {
    const z = Array.from(this.steered.target);
    const at = this.country.place(this.joystick.map, z);
    this.joystick.setAim(z);
    this.said.add(keyOf(z));
    this.setStateValue?.("settled", { z, at, map: this.joystick.map, by: this.asked?.by ?? "map", atlas: this.kit.atlas, when: Date.now() });
    if (this.lineup !== "one") this.setLineup(this.lineup, z);
  }

  /** Python shows another latent than was told here: somebody went back in the browser. */
  #follow(before) {
    const [now, old] = [this.view, before].map(({ settled }) => settled && keyOf(settled.z));
    if (!this.theatre || now === old || this.said.delete(now)) return;
    const z = this.#first();
    this.asked = undefined;
    this.steered.aim(z);
    this.#bound(z);
    if (this.lineup !== "one") this.setLineup(this.lineup, z);
  }

  /** What Python has measured of the latent that was let go of. */
  #heard() {
    const { measured } = this.view;
    if (!this.kit || !measured) return;
    const mine = keyOf(Array.from(this.steered.target));
    this.measured = keyOf(measured.z) === mine ? measured.returns : null;
    this.root.dataset.measured = this.measured ? this.measured.map((value) => value.toFixed(1)).join(" ") : "";
  }

  // --- every frame ----------------------------------------------------------------------------

  #frame(now) {
    this.#watchLatency();
    this.tour.tick(now);
    const others = this.theatre.runners.slice(1).map(({ z, track }) => ({ z, colour: this.theme.of(track) }));
    this.joystick.draw(this.steered.z, others);
    if (now - (this.toldAt ?? 0) > TOLD_MS) this.#tell(now);
    if (this.shown) return;
    this.shown = true;
    this.root.dataset.firstFrame = String(Date.now());
    this.root.dataset.loadMs = (performance.now() - began).toFixed(0);
  }

  /** From a hand's move to the first control step that used it. */
  #watchLatency() {
    if (this.inputAt === undefined || this.inputAt === null || !(this.steered.usedAt > this.inputAt)) return;
    this.latencies.push(this.steered.usedAt - this.inputAt);
    if (this.latencies.length > LATENCIES) this.latencies.shift();
    this.inputAt = null;
    const sorted = [...this.latencies].sort((a, b) => a - b);
    this.root.dataset.latencyMs = sorted[Math.floor(sorted.length / 2)].toFixed(1);
  }

  #tell(now) {
    this.toldAt = now;
    const { steered, theatre } = this;
    const means = steered.means;
    this.aims.tell(means.slice(0, this.kit.objectives.length), this.measured);
    const [speed, effort] = means.slice(-2);
    const restarts = theatre.runners.reduce((sum, runner) => sum + runner.restarts, 0);
    const pace = theatre.realTime;
    const words = [restarts && `${restarts} ${restarts > 1 ? "restarts" : "restart"} of stuck or fallen robots`, pace < 0.9 && `${pace.toFixed(1)} × real time`].filter(Boolean).join(" · ");
    if (this.note.textContent !== words) this.note.textContent = words;
    Object.assign(this.root.dataset, { speed: speed.toFixed(3), effort: effort.toFixed(3), restarts, realTime: pace.toFixed(3),
      time: theatre.simulated.toFixed(2), heapMb: (steered.simulation.qpos.buffer.byteLength / 1e6).toFixed(1), robots: theatre.runners.length });
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height || !this.theatre) return;
    this.root.classList.toggle("lv-narrow", width < 720);
    this.theatre.scene.layout();
    this.joystick.layout();
    this.joystick.draw(this.steered.z);
  }

  #clear() {
    this.resizes?.disconnect();
    this.theatre?.dispose();
    this.tour?.dispose();
    this.engine?.dispose();
    this.asked = null;
  }

  dispose() {
    this.stop.abort();
    this.kitUrl = null; // what is still being loaded is for nobody
    this.#clear();
  }
}

/** What the keyboard does to the camera, shown while the scene has its focus. */
const keysOfCamera = () => el("div", { class: "lv-keys", "aria-hidden": "true" },
  ...CAMERA_HELP.map(([keys, does]) => el("span", {}, ...keys.map((key) => el("kbd", {}, key)), ` ${does}`)));

const probe = probeWebGL();
const keyOf = (z) => z.map((value) => value.toFixed(6)).join();

/** Why the simulation cannot run here, or nothing. */
function missingHere() {
  if (typeof WebAssembly === "undefined") return "The live simulation needs WebAssembly, which this browser has switched off.";
  if (!probe.available) return "The live simulation needs WebGL 2, which this browser has switched off.";
  return "";
}

/** Without Streamlit: run a kit in a node of a page of its own. */
export function standalone(parentElement, view) {
  const live = new Live({ parentElement });
  live.update({ data: view, setStateValue: () => {} });
  return live;
}

export { Country, DecoderWeights, Engine, fetchKit, LiveDecoder, loadMujoco, readKit, rewards, row, Simulation };
export default mountOnce((component) => new Live(component));

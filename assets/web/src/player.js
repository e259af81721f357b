// The replay player: wires payload, scene, curves, controls and keys to one clock.

import { Bar, fasterThan, modeAfter } from "./bar.js";
import { Curves } from "./curves.js";
import { clamp, el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { helpPanel, press } from "./keys.js";
import { decodeReplay, fingerprint } from "./payload.js";
import { Plan } from "./plan.js";
import style from "./player.css";
import scrub from "./scrub.css";
import { Scene } from "./scene.js";
import { probeWebGL } from "./stage.js";
import { readTheme } from "./theme.js";

const LITE_FRAME_MS = 24; // software WebGL: leave the CPU some air,
const [LITE_BUSY_FRAME_MS, LITE_BUSY_MS] = [250, 700]; // and more while an answer is under way
const LITE_ASKED_MS = 300; // from a gesture elsewhere until its answer should be under way
const BUSY = '[data-test-script-state="running"]'; // Streamlit's own mark on the page

class Player {
  constructor({ parentElement }) {
    const { available, lite } = probeWebGL();
    Object.assign(this, { lite, time: 0, speed: 1, playing: !prefersReducedMotion(), mode: "treadmill",
      ghosts: false, help: false, visible: true, slow: 0, asked: -Infinity });
    this.bar = new Bar(this);
    this.curves = new Curves((share) => this.seekFrame(share * (this.replay.numFrames - 1)));
    this.plan = new Plan();
    this.keys = helpPanel(() => this.setHelp(false));
    this.stageNode = el("div", { class: "sp-stage" });
    this.root = el("div", { class: "sp-root", tabindex: 0, role: "group", onkeydown: (e) => this.replay && press(e, this),
      "aria-label": "Replay. Space plays, arrows skip a second, comma and full stop step, question mark lists all keys." },
      this.stageNode, this.bar.node, this.curves.canvas);
    takeSlot(parentElement, this.root, scrub + style);
    if (available) this.#setStage();
    else this.stageNode.append(el("div", { class: "sp-message" },
      "The 3D scene needs WebGL 2, which this browser has switched off. The reward curves below still play."));
    this.#observe();
    this.bar.show(this);
  }

  #setStage() {
    const canvas = el("canvas", { role: "img", "aria-label": "The robots in 3D: drag to turn, wheel to zoom" });
    this.scene = new Scene(canvas, this.lite, () => this.invalidate());
    this.stageNode.append(this.scene.node, this.plan.node, this.bar.view, this.keys);
    canvas.addEventListener("webglcontextrestored", () => this.invalidate());
  }

  #observe() {
    this.resizes = new ResizeObserver(() => this.#layout());
    this.resizes.observe(this.root);
    this.sight = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.invalidate();
    });
    this.sight.observe(this.root);
    this.stop = new AbortController();
    const asked = ({ target }) => { if (!this.root.contains(target)) this.asked = performance.now(); };
    for (const gesture of ["change", "pointerup"])
      document.addEventListener(gesture, asked, { capture: true, signal: this.stop.signal });
    document.addEventListener("visibilitychange", () => this.invalidate(), { signal: this.stop.signal });
  }

  // --- what Streamlit calls -------------------------------------------------------------------

  update({ data }) {
    this.theme = readTheme(this.root);
    this.scene?.setTheme(this.theme);
    this.curves.setTheme(this.theme);
    if (data) this.#load(data instanceof Uint8Array ? data : new Uint8Array(data));
    this.plan.setTheme(this.theme);
    this.#layout();
    this.invalidate();
  }

  #load(bytes) {
    const hash = fingerprint(bytes);
    if (hash === this.hash) return;
    const replay = decodeReplay(bytes);
    this.hash = hash;
    this.fresh = true;
    this.replay = replay;
    this.time = Math.min(this.time, this.#end);
    this.bar.setReplay(replay);
    this.root.style.setProperty("--curves", `${8 + 72 * replay.objectives.length}px`);
    this.scene?.setReplay(replay);
    this.plan.setTracks(replay.camera.follows === "xy" ? replay.tracks : null);
    this.curves.setReplay(replay);
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height) return;
    this.root.classList.toggle("sp-wide", width > 760 && width / height > 2.35);
    this.root.classList.toggle("sp-narrow", width < 560);
    this.scene?.layout();
    this.curves.resize();
    // A resized canvas is empty until drawn: draw now, in the same frame, so that nothing flickers.
    if (this.replay) this.#draw(0);
  }

  // --- controls -------------------------------------------------------------------------------

  get #end() { return (this.replay.numFrames - 1) * this.replay.dt; }
  toggle() { this.#set({ playing: !this.playing }); }
  setSpeed(speed) { this.#set({ speed }); }
  changeSpeed(places) { this.setSpeed(fasterThan(this.speed, places)); }
  setGhosts(ghosts) { this.#set({ ghosts }); }
  orbit(dx, dy) { this.scene?.rig.orbit(dx, dy); }
  zoom(factor) { this.scene?.rig.zoomBy(factor); }
  resetCamera() { this.scene?.rig.reset(); }
  nextMode() { if (this.replay.tracks.length > 1) this.setMode(modeAfter(this.mode)); }

  setMode(mode) {
    this.scene?.setMode(mode);
    this.root.classList.toggle("sp-split", mode === "split");
    this.#set({ mode });
  }

  setHelp(help) {
    if (!help && this.keys.contains(document.activeElement)) this.bar.help.focus();
    this.keys.hidden = !help;
    this.#set({ help });
  }

  #set(change) {
    Object.assign(this, change);
    this.bar.show(this);
    this.invalidate();
  }

  step(frames) {
    this.#set({ playing: false });
    this.seekFrame(Math.round(this.time / this.replay.dt) + frames);
  }

  skip(seconds) { this.seekFrame((this.time + seconds) / this.replay.dt); }

  seekFrame(frame) {
    if (!this.replay) return;
    this.time = clamp(frame * this.replay.dt, 0, this.#end);
    this.invalidate();
  }

  // --- the clock ------------------------------------------------------------------------------

  /** Draw soon; and go on drawing while something moves and the player is in sight. */
  invalidate() {
    this.request ??= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.request = null;
    if (!this.replay || !this.root.clientHeight) return;
    const moving = this.playing || this.gliding;
    const busy = this.lite && this.#busy(now);
    const pause = busy ? LITE_BUSY_FRAME_MS : LITE_FRAME_MS;
    if (this.lite && moving && !this.fresh && now - this.last < pause) return this.invalidate();
    const elapsed = this.running ? Math.min(busy ? 0.3 : 0.1, (now - this.last) / 1000) : 0;
    this.last = now;
    if (this.playing) {
      this.time += elapsed * this.speed;
      if (this.time > this.#end) this.time = 0;
    }
    this.#draw(elapsed);
    if (!busy) this.#watchPace(elapsed);
    this.running = this.visible && !document.hidden && (this.playing || this.gliding);
    if (this.running) this.invalidate();
  }

  /** Whether a question has just been asked: what draws less then is answered sooner. */
  #busy(now) {
    if (now - this.asked < LITE_ASKED_MS) return true;
    const running = document.querySelector(BUSY) !== null;
    if (running && !this.scriptRan) this.busyUntil = now + LITE_BUSY_MS;
    this.scriptRan = running;
    return running && now < this.busyUntil;
  }

  #draw(elapsed) {
    const { dt } = this.replay;
    const frame = clamp(this.time / dt, 0, this.replay.numFrames - 1);
    const { ghosts } = this;
    const [barLeft, planRight] = [this.bar.view.offsetLeft, this.plan.right];
    this.gliding = this.scene?.draw({ frame, dt, elapsed, ghosts, barLeft, planRight }) ?? false;
    this.curves.draw(frame);
    this.plan.draw(frame);
    this.bar.showTime(this.time, frame, this.replay);
    if (this.fresh) {
      this.fresh = false;
      this.root.dataset.payload = this.hash;
      this.root.dataset.firstFrame = String(Date.now());
    }
  }

  /** A second of slow frames on a software renderer costs resolution, never smoothness. */
  #watchPace(elapsed) {
    if (!this.lite || !elapsed) return;
    this.slow = elapsed > 0.055 ? this.slow + elapsed : 0;
    if (this.slow > 1) {
      this.slow = 0;
      this.scene?.stage.coarsen();
      this.#layout();
    }
  }

  dispose() {
    cancelAnimationFrame(this.request);
    this.request = -1; // invalidate() asks for no more
    this.stop.abort();
    this.resizes.disconnect();
    this.sight.disconnect();
    this.scene?.dispose();
  }
}

export { decodeReplay };
export default mountOnce((component) => new Player(component));

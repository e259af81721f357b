// The replay player: wires payload, scene, camera, labels, curves and controls to one clock.

import { Vector3 } from "three";

import { Bar } from "./bar.js";
import { CameraRig } from "./camera.js";
import { Curves } from "./curves.js";
import { clamp, el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { Labels } from "./labels.js";
import { decodeReplay, fingerprint } from "./payload.js";
import { Plan } from "./plan.js";
import style from "./player.css";
import { buildGeoms, Robot } from "./robot.js";
import { corners, spacing, stagger } from "./room.js";
import { probeWebGL, skyGradient, Stage } from "./stage.js";
import { readTheme } from "./theme.js";

const LANE_ORDER = ["steered", "start", "nearest"]; // the steered robot runs nearest the camera
const LABEL_GAP = 0.1; // metres between a robot and its name
const SKIP_SECONDS = 1;
const LITE_FRAME_MS = 24; // software WebGL: leave the CPU some air

class Player {
  constructor({ parentElement }) {
    const { available, lite } = probeWebGL();
    Object.assign(this, { lite, time: 0, speed: 1, playing: !prefersReducedMotion(), mode: "treadmill",
      racing: 0, ghosts: false, robots: [], cast: new Map(), visible: true, slow: 0 });
    this.canvas = el("canvas");
    this.labels = new Labels();
    this.bar = new Bar(this);
    this.curves = new Curves((share) => this.seekFrame(share * (this.replay.numFrames - 1)));
    this.plan = new Plan();
    this.stageNode = el("div", { class: "sp-stage" }, this.canvas, this.labels.node, this.plan.node, this.bar.view);
    this.root = el("div", { class: "sp-root", tabindex: 0, role: "group", onkeydown: (e) => this.#key(e),
      "aria-label": "Replay. Space plays, arrows skip a second, comma and full stop step." },
      this.stageNode, this.bar.node, this.curves.canvas);
    takeSlot(parentElement, this.root, style);
    this.rig = new CameraRig(this.canvas, () => this.invalidate());
    if (available) this.stage = new Stage(this.canvas, lite);
    else this.#complain();
    this.#observe();
    this.bar.show(this);
  }

  #complain() {
    this.canvas.remove();
    this.plan.node.remove();
    this.bar.view.remove();
    this.stageNode.append(el("div", { class: "sp-message" },
      "The 3D scene needs WebGL 2, which this browser has switched off. The reward curves below still play."));
  }

  #observe() {
    this.resizes = new ResizeObserver(() => this.#layout());
    this.resizes.observe(this.root);
    this.sight = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.invalidate();
    });
    this.sight.observe(this.root);
    this.canvas.addEventListener("webglcontextrestored", () => this.invalidate());
    this.stop = new AbortController();
    document.addEventListener("visibilitychange", () => this.invalidate(), { signal: this.stop.signal });
  }

  // --- what Streamlit calls -------------------------------------------------------------------

  update({ data }) {
    this.theme = readTheme(this.root);
    this.stageNode.style.background = skyGradient(this.theme);
    this.stage?.setTheme(this.theme);
    this.curves.setTheme(this.theme);
    if (data) this.#load(data instanceof Uint8Array ? data : new Uint8Array(data));
    this.#paint();
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
    if (this.stage) this.#setRobots(replay);
    this.plan.setTracks(replay.camera.follows === "xy" ? replay.tracks : null);
    this.curves.setReplay(replay);
  }

  #setRobots({ geoms, num_bodies: numBodies, tracks, camera, rest }) {
    const model = JSON.stringify([geoms, tracks.map((track) => track.role)]);
    if (model !== this.model) {
      this.model = model;
      for (const robot of this.robots) this.stage.scene.remove(robot.group);
      // Robots seen before are kept: going back to them builds and compiles nothing.
      if (!this.cast.has(model)) {
        const built = buildGeoms(geoms, this.lite);
        this.cast.set(model, tracks.map(() => new Robot(built, numBodies, this.lite)));
      }
      this.robots = this.cast.get(model);
      this.stage.scene.add(...this.robots.map((robot) => robot.group));
    }
    this.roams = camera.follows === "xy";
    const middles = this.stage.ground.setCourse(tracks.length, this.roams, spacing(tracks, this.roams));
    const order = [...tracks].sort((a, b) => LANE_ORDER.indexOf(a.role) - LANE_ORDER.indexOf(b.role));
    tracks.forEach((track, i) => {
      const lane = order.indexOf(track);
      Object.assign(this.robots[i], { track, lane, middle: middles[lane], roams: this.roams });
    });
    this.leader = this.robots.find((robot) => robot.track === order[0]);
    this.cameraSpec = camera;
    this.stagger = this.roams ? 0 : stagger(rest);
  }

  #paint() {
    if (!this.stage || !this.replay) return;
    for (const robot of this.robots) robot.paint(this.theme.role(robot.track.role));
    this.labels.setRobots(this.robots, this.theme);
    this.plan.setTheme(this.theme);
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height) return;
    this.root.classList.toggle("sp-wide", width > 760 && width / height > 2.35);
    this.root.classList.toggle("sp-narrow", width < 560);
    const { clientWidth, clientHeight } = this.stageNode;
    if (this.stage && clientHeight > 0) {
      this.stage.resize(clientWidth, clientHeight);
      this.rig.resize(clientWidth, clientHeight);
      if (this.replay) this.rig.setDefault(this.cameraSpec, this.robots.length, clientWidth / clientHeight);
    }
    this.curves.resize();
    // A resized canvas is empty until drawn: draw now, in the same frame, so that nothing flickers.
    if (this.replay) this.#draw(0);
  }

  // --- controls -------------------------------------------------------------------------------

  get #end() { return (this.replay.numFrames - 1) * this.replay.dt; }
  toggle() { this.#set({ playing: !this.playing }); }
  setSpeed(speed) { this.#set({ speed }); }
  setGhosts(ghosts) { this.#set({ ghosts }); }
  setMode(mode) { this.#set({ mode }); }
  resetCamera() { this.canvas.dispatchEvent(new MouseEvent("dblclick")); }

  #set(change) {
    Object.assign(this, change);
    this.bar.show(this);
    this.invalidate();
  }

  step(frames) {
    this.#set({ playing: false });
    this.seekFrame(Math.round(this.time / this.replay.dt) + frames);
  }

  seekFrame(frame) {
    if (!this.replay) return;
    this.time = clamp(frame * this.replay.dt, 0, this.#end);
    this.invalidate();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.replay) return;
    const onControl = event.target !== this.root;
    const skip = (seconds) => this.seekFrame((this.time + seconds) / this.replay.dt);
    const actions = {
      " ": () => this.toggle(), ",": () => this.step(-1), ".": () => this.step(1),
      ArrowLeft: () => skip(-SKIP_SECONDS), ArrowRight: () => skip(SKIP_SECONDS),
      Home: () => this.seekFrame(0), End: () => this.seekFrame(this.replay.numFrames - 1),
    };
    // A focused button or slider keeps its own space and arrows.
    if (!(event.key in actions) || (onControl && !",.".includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
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
    if (this.lite && moving && now - this.last < LITE_FRAME_MS) return this.invalidate();
    const elapsed = this.running ? Math.min(0.1, (now - this.last) / 1000) : 0;
    this.last = now;
    if (this.playing) {
      this.time += elapsed * this.speed;
      if (this.time > this.#end) this.time = 0;
    }
    this.#draw(elapsed);
    this.#watchPace(elapsed);
    this.running = this.visible && !document.hidden && (this.playing || this.gliding);
    if (this.running) this.invalidate();
  }

  #draw(elapsed) {
    const { dt } = this.replay;
    const frame = clamp(this.time / dt, 0, this.replay.numFrames - 1);
    if (this.stage) this.#drawScene(frame, dt, elapsed);
    this.curves.draw(frame);
    this.plan.draw(frame);
    this.bar.showTime(this.time, frame, this.replay);
    if (this.fresh) {
      this.fresh = false;
      this.root.dataset.payload = this.hash;
      this.root.dataset.firstFrame = String(Date.now());
    }
  }

  #drawScene(frame, dt, elapsed) {
    const goal = this.mode === "race" ? 1 : 0;
    const still = prefersReducedMotion();
    const ease = (rate) => (still ? 1 : 1 - Math.exp(-rate * elapsed));
    this.racing += (goal - this.racing) * ease(7);
    if (Math.abs(goal - this.racing) < 1e-3) this.racing = goal;
    // The leader first: the others' places depend on where it is.
    const rest = this.robots.filter((robot) => robot !== this.leader);
    for (const robot of [this.leader, ...rest]) {
      const { root } = this.leader;
      const ahead = this.stagger * ((this.robots.length - 1) / 2 - robot.lane) * (1 - this.racing);
      const shift = ({ x, y }) => [ahead + this.racing * (x - root.x), this.racing * (y - root.y)];
      robot.show(frame, dt, this.ghosts && robot === this.leader, shift);
      this.stage.ground.scroll(robot.lane, robot.root.x - robot.dx, robot.root.y - robot.dy);
    }
    const { root, middle } = this.leader;
    this.stage.ground.setRacing(this.racing, root.x - middle.x, root.y - middle.y);
    const room = corners(this.robots, this.roams);
    this.stage.cover(room);
    const glide = this.rig.frame(room, elapsed || still ? ease(5) : this.started ? 0 : 1);
    this.started = true;
    this.gliding = this.racing !== goal || glide;
    this.stage.render(this.rig.camera);
    this.#drawLabels(frame, dt);
  }

  #drawLabels(frame, dt) {
    const { clientWidth: width, clientHeight: height } = this.stageNode;
    const { camera } = this.rig;
    const project = (robot) => {
      const point = robot.place.clone();
      const { high } = robot.extent;
      point.add({ x: 0, y: this.roams ? high[1] : 0, z: high[2] + LABEL_GAP });
      point.applyMatrix4(camera.matrixWorldInverse);
      // Behind the camera a projection would be mirrored: send the label to the edge on that side.
      if (point.z > -camera.near) return { x: Math.sign(point.x) * 1e4, y: 0.75 * height };
      point.applyMatrix4(camera.projectionMatrix);
      return { x: ((point.x + 1) / 2) * width, y: ((1 - point.y) / 2) * height };
    };
    this.labels.draw({ frame, dt, racing: this.mode === "race", leader: this.leader, width, height, project });
  }

  /** A second of slow frames on a software renderer costs resolution, never smoothness. */
  #watchPace(elapsed) {
    if (!this.lite || !elapsed) return;
    this.slow = elapsed > 0.055 ? this.slow + elapsed : 0;
    if (this.slow > 1) {
      this.slow = 0;
      this.stage?.coarsen();
      this.#layout();
    }
  }

  dispose() {
    cancelAnimationFrame(this.request);
    this.request = -1; // invalidate() asks for no more
    this.stop.abort();
    this.resizes.disconnect();
    this.sight.disconnect();
    this.stage?.dispose();
  }
}

export default mountOnce((component) => new Player(component));

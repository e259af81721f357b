// The scene of a replay: robots on their lanes, cameras, names; one view of all or one of each.

import { Vector3 } from "three";

import { CameraRig } from "./camera.js";
import { el, prefersReducedMotion } from "./dom.js";
import { HEAD_HEIGHT, Labels } from "./labels.js";
import { buildGeoms, Robot } from "./robot.js";
import { corners, ownCorners, panels, spacing, stagger } from "./room.js";
import { skyGradient, Stage } from "./stage.js";

const LANE_ORDER = ["steered", "start", "nearest", "other"]; // the steered robot runs nearest the camera
const LABEL_GAP = 0.1; // metres between a robot and its name
const RACE_RATE = 7; // per second, of the change between lanes and race
const CAMERA_RATE = 5; // per second, of the camera's approach to where it should stand

export class Scene {
  /** `onChange` is called when a person has moved the camera. */
  constructor(canvas, lite, onChange) {
    Object.assign(this, { canvas, lite, robots: [], cast: new Map(), mode: "treadmill", racing: 0 });
    this.stage = new Stage(canvas, lite);
    this.rig = new CameraRig(canvas, onChange);
    this.labels = new Labels();
    this.dividers = el("div", { class: "sp-dividers" });
    this.node = el("div", { class: "sp-scene" }, canvas, this.dividers, this.labels.node);
  }

  setTheme(theme) {
    this.theme = theme;
    this.node.style.background = skyGradient(theme);
    this.stage.setTheme(theme);
    this.#paint();
  }

  #paint() {
    for (const robot of this.robots) robot.paint(this.theme);
    this.labels.setRobots(this.robots, this.theme);
  }

  setReplay({ env, dt, geoms, bodies, tracks, camera, rest }) {
    const looks = geoms.map(({ type, size, body, pos, quat, rgba }) => [type, size, body, pos, quat, rgba]);
    const key = JSON.stringify([env, looks, tracks.length]);
    if (key !== this.key) {
      this.key = key;
      for (const robot of this.robots) this.stage.scene.remove(robot.group);
      // Robots seen before are kept: going back to them builds and compiles nothing.
      if (!this.cast.has(key)) {
        const built = buildGeoms(geoms, this.lite);
        this.cast.set(key, tracks.map(() => new Robot(built, bodies.length, this.lite)));
      }
      this.robots = this.cast.get(key);
      this.stage.scene.add(...this.robots.map((robot) => robot.group));
    }
    this.roams = camera.follows !== "x";
    const middles = this.stage.ground.setCourse(tracks.length, this.roams, spacing(tracks, this.roams));
    const order = [...tracks].sort((a, b) => LANE_ORDER.indexOf(a.role) - LANE_ORDER.indexOf(b.role));
    tracks.forEach((track, i) => {
      const lane = order.indexOf(track);
      this.robots[i].setTrack(track, dt, { lane, middle: middles[lane], roams: this.roams });
    });
    this.leader = this.robots.find((robot) => robot.track === order[0]);
    this.cameraSpec = camera;
    this.stagger = this.roams ? 0 : stagger(rest);
    this.#paint();
  }

  /** `treadmill`: all robots in one view, each lane moves; `race`: where they are; `split`: a view each. */
  setMode(mode) {
    this.mode = mode;
    this.layout();
  }

  /** Fit pictures and cameras to the node's size. */
  layout() {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (!width || !height || !this.robots.length) return;
    const split = this.mode === "split";
    this.stage.resize(width, height);
    this.panels = panels(split ? this.robots.length : 1, width, height);
    const [panel] = this.panels;
    this.rig.resize(panel.width, panel.height);
    this.rig.setDefault(this.cameraSpec, split ? 1 : this.robots.length, panel.width / panel.height);
    this.dividers.replaceChildren(...this.panels.map(({ x, y, width: w, height: h }) =>
      el("i", { style: `left:${x}px;top:${y}px;width:${w}px;height:${h}px` })));
  }

  /** Draw a fractional frame, `elapsed` seconds after the last one. Whether something still glides. */
  draw({ frame, dt, elapsed, ghosts, barLeft, planRight }) {
    const still = prefersReducedMotion();
    const ease = (rate) => (still ? 1 : 1 - Math.exp(-rate * elapsed));
    this.#place(frame, ghosts, ease(RACE_RATE));
    const split = this.mode === "split";
    const casts = split ? this.robots.map((robot) => [robot]) : [this.robots];
    const rooms = split ? this.robots.map(ownCorners) : [corners(this.robots)];
    const [panel] = this.panels;
    const free = { head: split ? HEAD_HEIGHT / panel.height : 0, left: planRight / panel.width };
    const glides = this.rig.frame(rooms, free, elapsed || still ? ease(CAMERA_RATE) : this.started ? 0 : 1);
    this.started = true;
    casts.forEach((robots, i) => {
      for (const robot of this.robots) {
        const visible = robots.includes(robot);
        robot.group.visible = visible;
        this.stage.ground.showLane(robot.lane, visible);
      }
      this.stage.cover(rooms[i]);
      this.stage.render(this.rig.cameras[i], this.panels[i]);
    });
    this.#drawLabels(frame, dt, barLeft);
    return glides || this.racing !== this.#racingGoal;
  }

  get #racingGoal() { return this.mode === "race" ? 1 : 0; }

  /** Pose the robots and put them where the mode wants them. */
  #place(frame, ghosts, ease) {
    const goal = this.#racingGoal;
    this.racing += (goal - this.racing) * ease;
    if (Math.abs(goal - this.racing) < 1e-3) this.racing = goal;
    // The leader first: the others' places depend on where it is.
    const rest = this.robots.filter((robot) => robot !== this.leader);
    for (const robot of [this.leader, ...rest]) {
      const { root } = this.leader;
      const ahead = this.stagger * ((this.robots.length - 1) / 2 - robot.lane) * (1 - this.racing);
      const shift = ({ x, y }) => [ahead + this.racing * (x - root.x), this.racing * (y - root.y)];
      robot.show(frame, ghosts, shift);
      this.stage.ground.scroll(robot.lane, robot.root.x - robot.dx, robot.root.y - robot.dy);
    }
    const { root, middle } = this.leader;
    this.stage.ground.setRacing(this.racing, root.x - middle.x, root.y - middle.y);
  }

  #drawLabels(frame, dt, barLeft) {
    const locate = (robot) => {
      const i = this.mode === "split" ? this.robots.indexOf(robot) : 0;
      const panel = this.panels[i];
      return { panel, ...project(robot, this.roams, this.rig.cameras[i], panel) };
    };
    const racing = this.mode === "race";
    this.labels.draw({ frame, dt, racing, leader: this.leader, barLeft, locate });
  }

  dispose() {
    this.stage.dispose();
  }
}

/** The pixel above a robot, where its name belongs. */
function project(robot, roams, camera, { x, y, width, height }) {
  const point = new Vector3().copy(robot.place);
  const { high } = robot.extent;
  point.add({ x: 0, y: roams ? high[1] : 0, z: high[2] + LABEL_GAP });
  point.applyMatrix4(camera.matrixWorldInverse);
  // Behind the camera a projection would be mirrored: send the label to the edge on that side.
  if (point.z > -camera.near) return { x: Math.sign(point.x) * 1e4, y: 0.75 * height };
  point.applyMatrix4(camera.projectionMatrix);
  return { x: x + ((point.x + 1) / 2) * width, y: y + ((1 - point.y) / 2) * height };
}

// One live robot: physics, decoder, gliding latent, readings; noticed when stuck, and set up anew.

import { clamp } from "./dom.js";
import { glide } from "./drive.js";
import { rewards, Simulation } from "./engine.js";
import { LiveDecoder } from "./live_decoder.js";
import { LiveTrack } from "./live_track.js";

const READ_SECONDS = 2; // over which readings are averaged
const MOVING = 2; // times the speed that counts as stuck must be promised, or nobody is stuck
const STUCK_SECONDS = 2; // this long too slow is stuck
const LYING_SECONDS = 0.7; // a fallen robot is shown so long before it is set up anew
const FADE_SECONDS = 0.22;
const [STIFFNESS, DAMPING, MOST_PULL] = [30, 10, 18]; // of a pull, per kilogram: N/m, N s/m, N
const PUSH_SECONDS = 0.12;
const PUSH_SPEED = 2.2; // m/s that a push gives the robot's whole mass

export class Runner {
  /** `promise(z)`: predicted returns of a latent. */
  constructor(engine, weights, kit, look, z, promise) {
    const { recipe } = engine;
    Object.assign(this, { engine, kit, recipe, promise, z: Float64Array.from(z), target: Float64Array.from(z), phase: 0, opacity: 1,
      restarts: 0, limit: kit.span * kit.glide * recipe.time_step, down: 0, fading: 0, spring: null, pushed: 0 });
    this.simulation = new Simulation(engine);
    this.decoder = new LiveDecoder(weights);
    this.track = new LiveTrack(kit, look, engine.physicsStep, this.simulation.qpos.length);
    const length = Math.round(READ_SECONDS / recipe.time_step);
    this.readings = Array.from({ length: kit.objectives.length + 2 }, () => new Ring(length));
    this.mass = engine.model.body_mass.reduce((sum, mass) => sum + mass, 0);
    this.#start();
  }

  /** Whether it moves in space, not in a plane. */
  get spatial() { return this.kit.bodies[0].joints[0].type === "free"; }
  get roams() { return this.kit.camera.follows === "xy"; }
  get seconds() { return this.readings[0].total * this.recipe.time_step; }

  #start() {
    const { qpos } = this.simulation;
    const [x, y] = this.track.now < 0 ? [0, 0] : [qpos[0], qpos[1]];
    this.simulation.reset();
    if (Number.isFinite(x)) this.simulation.qpos[0] += x; // it goes on where it was: the floor does not jump
    if (this.roams && Number.isFinite(y)) this.simulation.qpos[1] += y;
    this.decoder.setLatent(this.z);
    this.expected = this.#expect();
    this.track.cut();
    this.track.record(this.simulation.qpos);
    for (const ring of this.readings) ring.clear();
    Object.assign(this, { phase: 0, down: 0, slow: 0 });
  }

  /** Set it up anew, after a short fade. */
  restart() {
    if (!this.fading) this.fading = FADE_SECONDS;
  }

  /** A shove along x, or sideways for those that roam. */
  push(direction = -1) {
    this.pushed = PUSH_SECONDS;
    this.direction = direction;
  }

  /** Pull the torso towards a place `offset` metres from it, as [x, y, z]; null lets go. */
  pull(offset) {
    const speed = this.spring?.speed ?? this.#velocity();
    this.spring = offset && { offset, speed };
  }

  /** Of the root, m/s: [x, y, z]. */
  #velocity() {
    const { qvel } = this.simulation;
    return this.spatial ? [qvel[0], qvel[1], qvel[2]] : [qvel[0], 0, qvel[1]];
  }

  /** The spring's force, newtons: damped towards the speed that the robot was caught at. */
  #pulled() {
    if (!this.spring) return [0, 0, 0];
    const { offset, speed } = this.spring;
    return this.#velocity().map((v, axis) =>
      axis === 1 && !this.spatial ? 0 : this.mass * clamp(STIFFNESS * offset[axis] - DAMPING * (v - speed[axis]), -MOST_PULL, MOST_PULL));
  }

  #applyForces() {
    const all = this.simulation.data.xfrc_applied;
    const at = 6; // of the torso, body 1
    const shove = this.pushed > 0 ? (this.direction * this.mass * PUSH_SPEED) / PUSH_SECONDS : 0;
    const [x, y, z] = this.#pulled();
    all[at] = x + (this.roams ? 0 : shove);
    all[at + 1] = y + (this.roams ? shove : 0);
    all[at + 2] = z;
    if (this.pushed > 0) this.pushed -= this.engine.physicsStep;
  }

  /** One physics step; the policy acts before the first of each control step. */
  step() {
    if (this.phase === 0) this.#act();
    this.#applyForces();
    this.simulation.step();
    this.phase = (this.phase + 1) % this.engine.numPhysics;
    if (this.phase === 0) this.#read();
    this.track.record(this.simulation.qpos);
    this.#fade();
  }

  #act() {
    const { simulation, decoder } = this;
    simulation.refresh();
    if (!this.arrived) {
      this.arrived = glide(this.z, this.target, this.limit);
      decoder.setLatent(this.z);
      this.expected = this.#expect();
    }
    this.usedAt = performance.now();
    this.from = [simulation.qpos[0], simulation.qpos[1]];
    if (this.down) simulation.ctrl.fill(0);
    else simulation.control(decoder.act(simulation.observe()));
  }

  /** The speed that the latent promises, m/s, where standing still can be being stuck. */
  #expect() { return this.recipe.slow ? this.promise(this.z)[0] / this.recipe.horizon : 0; }

  aim(z) {
    this.target.set(z);
    this.arrived = false;
  }

  #read() {
    const { simulation, recipe } = this;
    if (this.down) return this.#lie();
    const up = !simulation.down;
    const [vx, vy] = this.from.map((before, axis) => (simulation.qpos[axis] - before) / recipe.time_step);
    const height = this.spatial ? simulation.qpos[2] : simulation.qpos[1];
    const pay = rewards(recipe, { vx, vy, spent: simulation.spent, height, up: Number(up), contact: simulation.contactCost() });
    [...pay, Math.hypot(vx, this.roams ? vy : 0) * Math.sign(this.roams ? 1 : vx), simulation.spent].forEach((value, i) => this.readings[i].push(value));
    if (!up) this.down = recipe.time_step;
    const still = !this.spring && this.expected > MOVING * recipe.slow && vx < recipe.slow;
    this.slow = Math.max(0, this.slow + (still ? 1 : -2) * recipe.time_step);
    if (this.slow > STUCK_SECONDS && !this.fading) {
      this.restarts += 1;
      this.restart();
    }
  }

  #lie() {
    this.down += this.recipe.time_step;
    if (this.down < LYING_SECONDS || this.fading) return;
    this.restarts += 1;
    this.restart();
  }

  /** Out, set up anew, in again. */
  #fade() {
    if (this.fading > 0) {
      this.fading -= this.engine.physicsStep;
      this.opacity = Math.max(0, this.fading / FADE_SECONDS);
      if (this.fading <= 0) {
        this.fading = 0;
        this.#start();
      }
    } else if (this.opacity < 1) this.opacity = Math.min(1, this.opacity + this.engine.physicsStep / FADE_SECONDS);
  }

  /** Mean reward per objective, speed and effort over the last two seconds; NaN right after a start. */
  get means() { return this.readings.map((ring) => ring.mean); }

  dispose() {
    this.simulation.dispose();
  }
}

/** The latest numbers and their mean. */
class Ring {
  constructor(length) {
    Object.assign(this, { values: new Float64Array(length), count: 0, total: 0 });
  }

  push(value) {
    this.values[this.count % this.values.length] = value;
    this.count += 1;
    this.total += 1;
  }

  clear() { this.count = 0; }

  get mean() {
    const size = Math.min(this.count, this.values.length);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += this.values[i];
    return sum / size;
  }
}

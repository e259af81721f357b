// The scene of live robots and their clock: simulated time keeps up with the wall's.

import { Poke } from "./poke.js";
import { Runner } from "./runner.js";
import { Scene } from "./scene.js";

const MOST_CAUGHT_UP = 0.5; // seconds that one frame may simulate; a hidden page is not made up for
const LITE_FRAME_MS = 24; // software WebGL: leave the CPU some air
const PACE_SECONDS = 4; // over which the real-time factor is measured

export class Theatre {
  constructor(canvas, lite, { engine, weights, kit, country }, onFrame) {
    Object.assign(this, { lite, engine, weights, kit, country, onFrame, runners: [], behind: 0, pace: [], visible: true, simulated: 0, paused: false });
    this.scene = new Scene(canvas, lite, () => {});
    new Poke(canvas, () => this.scene.rig.cameras[0], () => this.scene.robots.map((robot, i) => ({ robot, runner: this.runners[i] })));
    this.request = requestAnimationFrame((now) => this.#tick(now));
  }

  /** The robots; those that go on running keep their physics. `cast`: { label, role, colour, z }, the steered one first. */
  setCast(cast) {
    for (const gone of this.runners.slice(cast.length)) gone.dispose();
    this.runners = cast.map((look, i) => {
      const old = this.runners[i];
      if (!old) return new Runner(this.engine, this.weights, this.kit, look, look.z, (z) => this.country.predict(z));
      Object.assign(old.track, { label: look.label, role: look.role, colour: look.colour });
      if (i) old.aim(look.z);
      return old;
    });
    for (const runner of this.runners) runner.simulation.refresh();
    const { env, geoms, bodies, camera, rest } = this.kit;
    this.scene.setReplay({ env, dt: this.engine.physicsStep, geoms, bodies, camera, rest, tracks: this.runners.map(({ track }) => track) });
    this.scene.layout();
  }

  get steered() { return this.runners[0]; }

  #tick(now) {
    this.request = requestAnimationFrame((next) => this.#tick(next));
    if (this.lite && now - this.last < LITE_FRAME_MS) return;
    const elapsed = this.last === undefined ? 0 : Math.min(MOST_CAUGHT_UP, (now - this.last) / 1000);
    this.last = now;
    if (!this.runners.length || !this.scene.node.clientHeight || document.hidden) return;
    if (!this.paused) this.#simulate(elapsed);
    this.#keepPace(now, elapsed);
    this.#draw(elapsed);
    this.onFrame(now, elapsed);
  }

  #simulate(elapsed) {
    this.behind += elapsed;
    const step = this.engine.physicsStep;
    while (this.behind >= step) {
      for (const runner of this.runners) runner.step();
      this.behind -= step;
      this.simulated += step;
    }
    for (const runner of this.runners) runner.simulation.refresh();
  }

  #draw(elapsed) {
    this.scene.robots.forEach((robot, i) => robot.fade(this.runners[i].opacity));
    this.scene.draw({ frame: 0, dt: this.engine.physicsStep, elapsed, ghosts: this.ghosts ?? false, barLeft: this.barLeft?.() ?? Infinity, planRight: 0 });
  }

  /** Slow frames on a software renderer cost resolution; before drawing, as a resized canvas is empty. */
  #keepPace(now, elapsed) {
    this.pace.push([now, this.simulated]);
    while (now - this.pace[0][0] > PACE_SECONDS * 1000) this.pace.shift();
    this.slow = this.lite && elapsed > 0.07 ? (this.slow ?? 0) + elapsed : 0;
    if (this.slow > 1) {
      this.slow = 0;
      this.scene.stage.coarsen();
      this.scene.layout();
    }
  }

  /** Simulated seconds per second of the wall, lately. */
  get realTime() {
    const [[firstNow, firstTime], [lastNow, lastTime]] = [this.pace[0] ?? [0, 0], this.pace.at(-1) ?? [1, 0]];
    return lastNow > firstNow ? (1000 * (lastTime - firstTime)) / (lastNow - firstNow) : NaN;
  }

  dispose() {
    cancelAnimationFrame(this.request);
    for (const runner of this.runners) runner.dispose();
    this.scene.dispose();
  }
}

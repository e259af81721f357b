// Pull a robot with the pointer: a spring from where it was caught to where the pointer is.

import { Plane, Raycaster, Vector2, Vector3 } from "three";

const REACH = 0.35; // metres round the torso within which it is caught

export class Poke {
  /** `robots()` gives pairs of what is drawn and what runs; `camera()` who looks. */
  constructor(canvas, camera, robots) {
    Object.assign(this, { canvas, camera, robots, ray: new Raycaster(), plane: new Plane(), at: new Vector3() });
    canvas.addEventListener("pointerdown", (e) => this.#catch(e), { capture: true });
    canvas.addEventListener("pointermove", (e) => this.held && this.#pull(e), { capture: true });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.#letGo(), { capture: true });
  }

  #aim({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    this.ray.setFromCamera(new Vector2(((clientX - left) / width) * 2 - 1, 1 - ((clientY - top) / height) * 2), this.camera());
  }

  #catch(event) {
    this.#aim(event);
    const near = this.robots().map((pair) => ({ ...pair, distance: this.ray.ray.distanceToPoint(pair.robot.place) }))
      .filter(({ distance }) => distance < REACH).sort((a, b) => a.distance - b.distance);
    if (!near.length) return;
    event.stopImmediatePropagation(); // the camera stays
    [this.held] = near;
    this.canvas.setPointerCapture(event.pointerId);
    this.plane.setFromNormalAndCoplanarPoint(this.camera().getWorldDirection(new Vector3()), this.held.robot.place);
  }

  #pull(event) {
    event.stopImmediatePropagation();
    this.#aim(event);
    if (!this.ray.ray.intersectPlane(this.plane, this.at)) return;
    const { robot, runner } = this.held;
    runner.pull(this.at.clone().sub(robot.place).toArray());
  }

  #letGo() {
    this.held?.runner.pull(null);
    this.held = null;
  }
}

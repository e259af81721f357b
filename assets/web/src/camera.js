// A camera that keeps all robots framed by itself, and lets a person orbit and zoom from there.

import { Box3, PerspectiveCamera, Vector3 } from "three";

import { clamp } from "./dom.js";

const FIELD_OF_VIEW = 26; // degrees, vertical; narrow, so that near and far robots compare in size
const MARGIN = 0.94; // share of the frame the robots may fill
const ZOOM = [0.4, 3];
const RADIANS = Math.PI / 180;

export class CameraRig {
  constructor(canvas, onChange) {
    this.camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 120);
    this.camera.up.set(0, 0, 1);
    this.target = new Vector3();
    this.onChange = onChange;
    this.touched = false; // whether a person has moved it; then a new payload leaves it alone
    this.reset();
    this.#listen(canvas);
  }

  reset() {
    this.touched = false;
    this.zoom = 1;
    this.onChange();
  }

  /** The view the spec asks for, raised and turned so that parallel lanes do not hide each other. */
  setDefault({ azimuth, elevation, follows }, numLanes, aspect) {
    const besides = follows === "xy"; // pads lie side by side: nobody hides anybody
    const crowd = Math.min(numLanes - 1, 2);
    // A wide frame has room sideways: look more along the lanes. A tall one has room upwards.
    const turn = crowd ? clamp(10 + 9 * aspect, 18, 36) : 8;
    this.default = besides ? { azimuth, elevation: -elevation } : {
      azimuth: azimuth - turn,
      elevation: clamp(-elevation + (crowd ? clamp(19 - 3 * aspect, 8, 16) : 0), 5, 60),
    };
    if (!this.touched) Object.assign(this, this.default);
  }

  #listen(canvas) {
    const pointers = new Map();
    canvas.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, event);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const apart = spread(pointers);
      pointers.set(event.pointerId, event);
      if (pointers.size === 2) this.#zoomBy(apart / spread(pointers));
      else this.#orbit(event.clientX - before.clientX, event.clientY - before.clientY);
    });
    const release = (event) => pointers.delete(event.pointerId);
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("wheel", (event) => {
      // At the end of the range the wheel goes on to scroll the page: no trap.
      if (this.#zoomBy(Math.exp(clamp(event.deltaY, -120, 120) * 0.0015))) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener("dblclick", () => {
      Object.assign(this, this.default);
      this.reset();
    });
  }

  #orbit(dx, dy) {
    this.touched = true;
    this.azimuth -= dx * 0.35;
    this.elevation = clamp(this.elevation + dy * 0.3, 2, 88);
    this.onChange();
  }

  #zoomBy(factor) {
    const zoom = clamp(this.zoom * factor, ...ZOOM);
    if (zoom === this.zoom) return false;
    this.touched = true;
    this.zoom = zoom;
    this.onChange();
    return true;
  }

  /** Show all points, as large as possible; `ease` 1 jumps there, less glides. Whether it still glides. */
  frame(points, ease) {
    const [az, el] = [this.azimuth * RADIANS, this.elevation * RADIANS];
    const forward = new Vector3(Math.cos(az) * Math.cos(el), Math.sin(az) * Math.cos(el), -Math.sin(el));
    const right = new Vector3(Math.sin(az), -Math.cos(az), 0);
    const up = new Vector3().crossVectors(right, forward);
    const tanV = Math.tan((FIELD_OF_VIEW / 2) * RADIANS) * MARGIN;
    const goal = new Box3().setFromPoints(points).getCenter(new Vector3());
    let distance = 0;
    for (const [axis, tangent] of [[right, tanV * this.camera.aspect], [up, tanV]]) {
      // The distances that either side of the picture asks for; moving sideways makes them equal.
      const [plus, minus] = [1, -1].map((sign) => Math.max(...points.map((point) => {
        const offset = point.clone().sub(goal);
        return (sign * offset.dot(axis)) / tangent - offset.dot(forward);
      })));
      goal.addScaledVector(axis, ((plus - minus) / 2) * tangent);
      distance = Math.max(distance, (plus + minus) / 2);
    }
    this.distance ??= distance;
    this.distance += (distance - this.distance) * ease;
    this.target.lerp(goal, ease);
    this.camera.position.copy(this.target).addScaledVector(forward, -this.distance * this.zoom);
    this.camera.lookAt(this.target);
    this.camera.updateMatrixWorld();
    return Math.abs(distance - this.distance) > 0.01 || goal.distanceTo(this.target) > 0.01;
  }

  resize(width, height) {
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }
}

function spread(pointers) {
  const [a, b] = [...pointers.values()];
  return b ? Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)) : 1;
}

// Cameras that keep robots framed by themselves; a person orbits and zooms all of them at once.

import { Box3, PerspectiveCamera, Vector3 } from "three";

import { clamp } from "./dom.js";

const FIELD_OF_VIEW = 26; // degrees, vertical; narrow, so that near and far robots compare in size
const MARGIN = 0.94; // share of the frame the robots may fill
const MOST_FREE = 0.42; // share of a picture that may be left free above or beside robots
const ZOOM = [0.4, 3];
const RADIANS = Math.PI / 180;

export class CameraRig {
  constructor(canvas, onChange) {
    this.shots = [];
    this.aspect = 1;
    this.onChange = onChange;
    this.touched = false; // whether a person has moved it; then a new payload leaves it alone
    this.reset();
    this.#listen(canvas);
  }

  /** Back to the view that nobody has touched. */
  reset() {
    Object.assign(this, this.default, { touched: false, zoom: 1 });
    this.onChange();
  }

  get cameras() { return this.shots.map((shot) => shot.camera); }

  /** The view the spec asks for, raised and turned so that parallel lanes do not hide each other. */
  setDefault({ azimuth, elevation, follows }, numLanes, aspect) {
    const besides = follows !== "x"; // pads lie side by side: nobody hides anybody
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
      if (pointers.size === 2) this.zoomBy(apart / spread(pointers));
      else this.orbit(event.clientX - before.clientX, event.clientY - before.clientY);
    });
    const release = (event) => pointers.delete(event.pointerId);
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("wheel", (event) => {
      // At the end of the range the wheel goes on to scroll the page: no trap.
      if (this.zoomBy(Math.exp(clamp(event.deltaY, -120, 120) * 0.0015))) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener("dblclick", () => this.reset());
  }

  /** Turn as a drag by so many pixels does. */
  orbit(dx, dy) {
    this.touched = true;
    this.azimuth -= dx * 0.35;
    this.elevation = clamp(this.elevation + dy * 0.3, 2, 88);
    this.onChange();
  }

  /** Multiply the distance; whether that is still within the range. */
  zoomBy(factor) {
    const zoom = clamp(this.zoom * factor, ...ZOOM);
    if (zoom === this.zoom) return false;
    this.touched = true;
    this.zoom = zoom;
    this.onChange();
    return true;
  }

  /**
   * A camera for each room, a list of points that it shows all of, all from equally far, so that
   * sizes compare. The shares `head` of the picture's height and `left` of its width are left free.
   * `ease` 1 jumps there, less glides. Whether one still glides.
   */
  frame(rooms, { head, left }, ease) {
    const [az, el] = [this.azimuth * RADIANS, this.elevation * RADIANS];
    const forward = new Vector3(Math.cos(az) * Math.cos(el), Math.sin(az) * Math.cos(el), -Math.sin(el));
    const right = new Vector3(Math.sin(az), -Math.cos(az), 0);
    const axes = { forward, right, up: new Vector3().crossVectors(right, forward) };
    const free = { head: Math.min(head, MOST_FREE), left: Math.min(left, MOST_FREE) };
    const fits = rooms.map((points) => fit(points, axes, this.aspect, free));
    const distance = Math.max(...fits.map((found) => found.distance));
    while (this.shots.length < rooms.length) this.shots.push(new Shot(this.aspect));
    const gliding = fits.map(({ target }, i) => this.shots[i].glide(target, distance, ease));
    fits.forEach((_, i) => this.shots[i].aim(forward, this.zoom));
    return gliding.some(Boolean);
  }

  resize(width, height) {
    this.aspect = width / height;
    for (const shot of this.shots) shot.setAspect(this.aspect);
  }
}

/** Where to look, and from how far, to show all points as large as possible. */
function fit(points, { forward, right, up }, aspect, { head, left }) {
  const tangent = Math.tan((FIELD_OF_VIEW / 2) * RADIANS) * MARGIN;
  const target = new Box3().setFromPoints(points).getCenter(new Vector3());
  const across = tangent * aspect;
  let distance = 0;
  for (const [axis, plus, minus] of [
    [right, across, across * (1 - 2 * left)], [up, tangent * (1 - 2 * head), tangent],
  ]) {
    // The distance that either side of the picture asks for; moving sideways makes them equal.
    const needed = (sign, slope) => Math.max(...points.map((point) => {
      const offset = point.clone().sub(target);
      return (sign * offset.dot(axis)) / slope - offset.dot(forward);
    }));
    const [high, low] = [needed(1, plus), needed(-1, minus)];
    const move = (high - low) / (1 / plus + 1 / minus);
    target.addScaledVector(axis, move);
    distance = Math.max(distance, high - move / plus);
  }
  return { target, distance };
}

/** One camera on its way to where it should stand. */
class Shot {
  constructor(aspect) {
    this.camera = new PerspectiveCamera(FIELD_OF_VIEW, aspect, 0.1, 120);
    this.camera.up.set(0, 0, 1);
  }

  setAspect(aspect) {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
  }

  glide(target, distance, ease) {
    this.target ??= target.clone();
    this.distance ??= distance;
    this.target.lerp(target, ease);
    this.distance += (distance - this.distance) * ease;
    return Math.abs(distance - this.distance) > 0.01 || target.distanceTo(this.target) > 0.01;
  }

  aim(forward, zoom) {
    this.camera.position.copy(this.target).addScaledVector(forward, -this.distance * zoom);
    this.camera.lookAt(this.target);
    this.camera.updateMatrixWorld();
  }
}

function spread(pointers) {
  const [a, b] = [...pointers.values()];
  return b ? Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)) : 1;
}

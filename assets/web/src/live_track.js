// A track that is being made: what the scene and its labels ask of a replay, answered from now.

import { Skeleton } from "./skeleton.js";

const KEPT_SECONDS = 1.2; // of past poses, for ghosts and speeds
const SPEED_SECONDS = 0.5;
const USUAL_SPEED = 4; // m/s, from which the distance of ghosts is taken

export class LiveTrack {
  /** Frames count from now: 0 is the latest pose, −1 the one before. `role` and `colour` say how it looks, `label` what it is called; `step` is the seconds of a pose. */
  constructor(kit, { label, role, colour }, step, size) {
    Object.assign(this, { label, role, colour, step, size, extent: kit.extent, fallen_extent: kit.extent, fell: false,
      num_steps: Infinity, num_frames: 2, root: [0, 0, 0, USUAL_SPEED * step, 0, 0] });
    this.skeleton = new Skeleton(kit.bodies);
    this.capacity = Math.ceil(KEPT_SECONDS / step);
    this.poses = new Float64Array(this.capacity * size);
    this.motion = { at: (frame, count) => this.skeleton.pose(this.#pose(frame), count) };
    this.now = -1; // number of the latest pose
    this.since = 0; // number of the earliest one that belongs to this life
  }

  /** The pose after the latest one. */
  record(qpos) {
    this.now += 1;
    this.poses.set(qpos, (this.now % this.capacity) * this.size);
  }

  /** What came before is forgotten: the robot has been set up anew. */
  cut() {
    this.since = this.now + 1;
  }

  /** The earliest frame that can be shown; the latest is 0. */
  get earliest() { return Math.max(this.since - this.now, 1 - this.capacity, -this.now); }

  #pose(frame) {
    const at = (this.now + Math.max(this.earliest, Math.round(frame))) % this.capacity;
    return this.poses.subarray(at * this.size, (at + 1) * this.size);
  }

  /** The root's velocity along x and y, m/s, over the last half second. */
  velocity() {
    const span = Math.min(Math.round(SPEED_SECONDS / this.step), -this.earliest);
    if (span < 1) return [0, 0];
    const [x, y] = [0, -span].map((frame) => this.#root(this.#pose(frame))).reduce((b, a) => b.map((v, i) => v - a[i]));
    return [x / (span * this.step), y / (span * this.step)];
  }

  #root(pose) {
    const { position } = this.skeleton.pose(pose, 1)[0];
    return [position.x, position.y];
  }
}

// Forward kinematics of a MuJoCo model (its mj_kinematics): joint positions in, body poses out.

import { Quaternion, Vector3 } from "three";

const turn = new Quaternion();
const shift = new Vector3();

const vector = ([x, y, z]) => new Vector3(x, y, z);
const quaternion = ([w, x, y, z]) => new Quaternion(x, y, z, w);

/** A robot's bodies, each with `position` and `quaternion` in the world after `pose`. */
export class Skeleton {
  constructor(rows) {
    this.bodies = rows.map(({ parent, pos, quat, joints }) => ({
      parent, pos: vector(pos), quat: quaternion(quat), position: new Vector3(), quaternion: new Quaternion(),
      joints: joints.map((joint) => ({ ...joint, pos: vector(joint.pos), axis: vector(joint.axis) })),
    }));
  }

  /** Put the first `count` bodies where the joint positions `q` (m, rad) have them. */
  pose(q, count = this.bodies.length) {
    for (const body of this.bodies.slice(0, count)) {
      this.#hang(body);
      for (const joint of body.joints) move(body, joint, q);
      body.quaternion.normalize();
    }
    return this.bodies;
  }

  /** Where a body would be if its joints were at rest. */
  #hang({ parent, pos, quat, position, quaternion: turned }) {
    position.copy(pos);
    turned.copy(quat);
    if (parent < 0) return;
    const { position: from, quaternion: by } = this.bodies[parent];
    position.applyQuaternion(by).add(from);
    turned.premultiply(by);
  }
}

function move(body, { type, at, rest, pos, axis }, q) {
  const { position, quaternion: turned } = body;
  switch (type) {
    case "free":
      position.set(q[at], q[at + 1], q[at + 2]);
      turned.set(q[at + 4], q[at + 5], q[at + 6], q[at + 3]).normalize();
      return;
    case "slide":
      position.addScaledVector(shift.copy(axis).applyQuaternion(turned), q[at] - rest);
      return;
    case "hinge":
      return turnAbout(body, pos, turn.setFromAxisAngle(axis, q[at] - rest));
    case "ball":
      return turnAbout(body, pos, turn.set(q[at + 1], q[at + 2], q[at + 3], q[at]).normalize());
    default:
      throw new Error(`unknown joint type ${type}`);
  }
}

/** Turn a body by `by`, in its own frame, about a point of its own that stays where it is. */
function turnAbout({ position, quaternion: turned }, point, by) {
  position.add(shift.copy(point).applyQuaternion(turned));
  turned.multiply(by);
  position.sub(shift.copy(point).applyQuaternion(turned));
}

/** One robot's joint positions over time. */
export class Motion {
  /** `states`: all joint positions of one frame, then those of the next. */
  constructor(skeleton, states, numFrames) {
    Object.assign(this, { skeleton, states, numFrames, size: states.length / numFrames });
    this.between = new Float64Array(this.size);
  }

  /** The bodies at a fractional frame, which may lie past the last one. */
  at(frame, count) {
    const last = this.numFrames - 1;
    const low = Math.min(Math.floor(frame), last);
    const high = Math.min(low + 1, last);
    const share = Math.min(1, frame - low);
    for (let i = 0; i < this.size; i++) {
      const value = this.states[low * this.size + i];
      this.between[i] = value + (this.states[high * this.size + i] - value) * share;
    }
    return this.skeleton.pose(this.between, count);
  }

  /** Where the root is at every frame: x, y, z after x, y, z. */
  rootPath() {
    const path = new Float32Array(3 * this.numFrames);
    for (let frame = 0; frame < this.numFrames; frame++) this.at(frame, 1)[0].position.toArray(path, 3 * frame);
    return path;
  }
}

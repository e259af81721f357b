// One robot: MuJoCo geoms as meshes on body groups, posed from a track; and its fading past poses.

import {
  BoxGeometry, CapsuleGeometry, Color, CylinderGeometry, Group, Mesh, MeshLambertMaterial,
  MeshStandardMaterial, Quaternion, SphereGeometry, SRGBColorSpace, Vector3,
} from "three";

import { clamp } from "./dom.js";
import { hasFallen } from "./payload.js";

const CONTRAST = 2; // of the model's own lightnesses, which tell one leg from the other
const GHOST_COUNT = 5;
const GHOST_SECONDS = 0.12; // between two ghosts

const qa = new Quaternion();
const qb = new Quaternion();

function shape({ type, size }, segments) {
  // MuJoCo's sizes are half-lengths, and its capsules and cylinders lie along z, not y.
  switch (type) {
    case "sphere": return new SphereGeometry(size[0], segments, segments / 2);
    case "capsule": return new CapsuleGeometry(size[0], 2 * size[1], segments / 4, segments).rotateX(Math.PI / 2);
    case "cylinder": return new CylinderGeometry(size[0], size[0], 2 * size[1], segments).rotateX(Math.PI / 2);
    case "ellipsoid": return new SphereGeometry(1, segments, segments / 2).scale(...size.slice(0, 3));
    case "box": return new BoxGeometry(...size.slice(0, 3).map((half) => 2 * half));
    default: throw new Error(`unknown geom type ${type}`);
  }
}

/** The robot's shapes, shared by every instance of it. */
export function buildGeoms(geoms, lite) {
  const luminance = ({ rgba }) => 0.3 * rgba[0] + 0.6 * rgba[1] + 0.1 * rgba[2];
  const mean = geoms.reduce((sum, geom) => sum + luminance(geom), 0) / geoms.length;
  return geoms.map((geom) => ({
    ...geom,
    geometry: shape(geom, lite ? 14 : 28),
    // The role gives the colour; the model's own colours only tell its parts apart in lightness.
    shade: clamp(1 + CONTRAST * (luminance(geom) - mean), 0.6, 1.25),
  }));
}

class Figure {
  constructor(geoms, numBodies, material, shadow) {
    this.group = new Group();
    this.materials = new Map();
    this.bodies = Array.from({ length: numBodies }, () => new Group());
    this.group.add(...this.bodies);
    for (const geom of geoms) {
      if (!this.materials.has(geom.shade)) this.materials.set(geom.shade, material());
      const mesh = new Mesh(geom.geometry, this.materials.get(geom.shade));
      mesh.position.set(...geom.pos);
      mesh.quaternion.set(geom.quat[1], geom.quat[2], geom.quat[3], geom.quat[0]);
      mesh.castShadow = shadow;
      mesh.receiveShadow = shadow;
      (geom.body < 0 ? this.group : this.bodies[geom.body]).add(mesh);
    }
  }

  paint(colour) {
    const base = new Color().setStyle(colour, SRGBColorSpace);
    for (const [shade, material] of this.materials) material.color.copy(base).multiplyScalar(shade);
  }

  /** Pose at a fractional frame, relative to the root; returns the root's place. */
  pose(track, frame, root) {
    const last = track.num_frames - 1;
    const low = Math.min(Math.floor(frame), last);
    const high = Math.min(low + 1, last);
    const share = Math.min(1, frame - low) * (high > low ? 1 : 0);
    const { pose, offset, scale } = track;
    const lerp = (a, b) => a + (b - a) * share;
    root.set(...[0, 1, 2].map((i) => lerp(track.root[3 * low + i], track.root[3 * high + i])));
    this.bodies.forEach((body, b) => {
      const k = 7 * (low * this.bodies.length + b);
      const l = 7 * (high * this.bodies.length + b);
      const axis = (i) => offset[i] + scale[i] * lerp(pose[k + i], pose[l + i]);
      body.position.set(axis(0), axis(1), axis(2));
      qa.set(pose[k + 4], pose[k + 5], pose[k + 6], pose[k + 3]).normalize();
      qb.set(pose[l + 4], pose[l + 5], pose[l + 6], pose[l + 3]).normalize();
      body.quaternion.copy(qa.slerp(qb, share));
    });
  }
}

/** A robot in a lane or on a pad. `place` is where its root is drawn; `root` where it truly is. */
export class Robot {
  constructor(geoms, numBodies, lite) {
    this.group = new Group();
    this.root = new Vector3();
    this.place = new Vector3();
    this.ghostRoot = new Vector3();
    const Material = lite ? MeshLambertMaterial : MeshStandardMaterial;
    const look = lite ? {} : { roughness: 0.48, metalness: 0.05 };
    this.figure = new Figure(geoms, numBodies, () => new Material(look), true);
    this.ghosts = []; // made when first wanted
    this.makeGhost = (i) => {
      const opacity = 0.26 * (1 - i / GHOST_COUNT);
      return new Figure(geoms, numBodies,
        () => new MeshLambertMaterial({ transparent: true, opacity, depthWrite: false }), false);
    };
    this.group.add(this.figure.group);
  }

  paint(colour) {
    this.colour = colour;
    for (const figure of [this.figure, ...this.ghosts]) figure.paint(colour);
  }

  #makeGhosts() {
    this.ghosts = Array.from({ length: GHOST_COUNT }, (_, i) => this.makeGhost(i));
    this.group.add(...this.ghosts.map((ghost) => ghost.group));
    this.paint(this.colour);
  }

  /** Draw the track at a frame; `shift(root)` moves it from its own middle, [x, y] in metres. */
  show(frame, dt, ghosts, shift) {
    this.figure.pose(this.track, frame, this.root);
    this.extent = hasFallen(this.track, frame) ? this.track.fallen_extent : this.track.extent;
    [this.dx, this.dy] = shift(this.root);
    this.place.set(this.middle.x + this.dx, this.middle.y + this.dy, this.root.z);
    this.figure.group.position.copy(this.place);
    if (ghosts && !this.ghosts.length) this.#makeGhosts();
    this.ghosts.forEach((ghost, i) => {
      const past = frame - ((i + 1) * GHOST_SECONDS) / dt;
      ghost.group.visible = ghosts && past >= 0;
      if (!ghost.group.visible) return;
      ghost.pose(this.track, past, this.ghostRoot);
      // Relative to the robot now: on the treadmill too, a ghost shows how far it has come since.
      const sideways = this.roams ? this.ghostRoot.y - this.root.y : 0;
      ghost.group.position.set(this.place.x + this.ghostRoot.x - this.root.x, this.place.y + sideways, this.ghostRoot.z);
    });
  }
}

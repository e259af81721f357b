// One robot: MuJoCo geoms as meshes on body groups, posed from a track; and its fading past poses.

import {
  BoxGeometry, BufferAttribute, BufferGeometry, CapsuleGeometry, Color, CylinderGeometry, DoubleSide, Group,
  Mesh, MeshBasicMaterial, MeshLambertMaterial, MeshStandardMaterial, NotEqualStencilFunc, PlaneGeometry,
  ReplaceStencilOp, SphereGeometry, SRGBColorSpace, Vector3,
} from "three";
import { toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";

import { clamp } from "./dom.js";
import { hasFallen } from "./payload.js";

const CONTRAST = 2; // of the model's own lightnesses, which tell one leg from the other
const CREASE = Math.PI / 5; // a mesh's edges sharper than this stay edges
const GHOSTS = { full: 5, lite: 3 };
const GHOST_SECONDS = 0.14; // between two ghosts
const GHOST_METRES = 0.35; // a fast robot's ghosts are no farther apart than this, or they leave the picture
const GHOST_OPACITY = 0.34; // of the latest one

function meshShape({ vertices, faces }) {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(vertices, 3));
  geometry.setIndex(new BufferAttribute(faces, 1));
  return toCreasedNormals(geometry, CREASE);
}

function shape(geom, segments) {
  const { type, size } = geom;
  // MuJoCo's sizes are half-lengths, and its capsules and cylinders lie along z, not y.
  switch (type) {
    case "sphere": return new SphereGeometry(size[0], segments, segments / 2);
    case "capsule": return new CapsuleGeometry(size[0], 2 * size[1], segments / 4, segments).rotateX(Math.PI / 2);
    case "cylinder": return new CylinderGeometry(size[0], size[0], 2 * size[1], segments).rotateX(Math.PI / 2);
    case "ellipsoid": return new SphereGeometry(1, segments, segments / 2).scale(...size.slice(0, 3));
    case "box": return new BoxGeometry(...size.slice(0, 3).map((half) => 2 * half));
    case "plane": return new PlaneGeometry(2 * size[0], 2 * size[1]);
    case "mesh": return meshShape(geom);
    default: throw new Error(`unknown geom type ${type}`);
  }
}

/** The robot's shapes, shared by every instance of it. */
export function buildGeoms(geoms, lite) {
  const luminance = ({ rgba }) => 0.3 * rgba[0] + 0.6 * rgba[1] + 0.1 * rgba[2];
  const own = geoms.filter(({ body }) => body >= 0);
  const mean = own.reduce((sum, geom) => sum + luminance(geom), 0) / own.length;
  return geoms.map((geom) => ({
    ...geom,
    geometry: shape(geom, lite ? 14 : 28),
    // The role gives the colour; the model's own colours only tell its parts apart in lightness.
    shade: clamp(1 + CONTRAST * (luminance(geom) - mean), 0.6, 1.25),
  }));
}

function place(mesh, { pos, quat }) {
  mesh.position.set(...pos);
  mesh.quaternion.set(quat[1], quat[2], quat[3], quat[0]);
}

/** What stands in the robot's world, in its own colours. */
function scenery(geoms) {
  const group = new Group();
  for (const geom of geoms.filter(({ body }) => body < 0)) {
    const colour = new Color().setRGB(...geom.rgba.slice(0, 3), SRGBColorSpace);
    const mesh = new Mesh(geom.geometry, new MeshLambertMaterial({ color: colour, side: DoubleSide }));
    place(mesh, geom);
    mesh.castShadow = mesh.receiveShadow = true;
    group.add(mesh);
  }
  return group;
}

class Figure {
  constructor(geoms, numBodies, material, shadow) {
    this.group = new Group();
    this.materials = new Map();
    this.bodies = Array.from({ length: numBodies }, () => new Group());
    this.group.add(...this.bodies);
    for (const geom of geoms.filter(({ body }) => body >= 0)) {
      if (!this.materials.has(geom.shade)) this.materials.set(geom.shade, material());
      const mesh = new Mesh(geom.geometry, this.materials.get(geom.shade));
      place(mesh, geom);
      mesh.castShadow = mesh.receiveShadow = shadow;
      this.bodies[geom.body].add(mesh);
    }
  }

  paint(colour) {
    const base = new Color().setStyle(colour, SRGBColorSpace);
    for (const [shade, material] of this.materials) material.color.copy(base).multiplyScalar(shade);
  }

  /** How solid it is: 1, or less while it fades. */
  fade(opacity) {
    this.group.visible = opacity > 0;
    for (const material of this.materials.values()) Object.assign(material, { transparent: opacity < 1, opacity });
  }

  /** Pose at a fractional frame, relative to the root, whose place goes to `root`. */
  pose(track, frame, root) {
    const posed = track.motion.at(frame);
    root.copy(posed[0].position);
    this.bodies.forEach((body, b) => {
      body.position.subVectors(posed[b].position, root);
      body.quaternion.copy(posed[b].quaternion);
    });
  }
}

/** An earlier pose: a plain silhouette, of which the stencil draws each pixel once. */
function makeGhost(geoms, numBodies, index, count) {
  const opacity = GHOST_OPACITY * (1 - index / count);
  const ghost = new Figure(geoms, numBodies, () => new MeshBasicMaterial({
    transparent: true, opacity, depthWrite: false, stencilWrite: true, stencilRef: index + 1,
    stencilFunc: NotEqualStencilFunc, stencilZPass: ReplaceStencilOp,
  }), false);
  ghost.group.traverse((node) => (node.renderOrder = 1 + index)); // after the floor, one after the other
  return ghost;
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
    this.world = scenery(geoms);
    this.ghosts = []; // made when first wanted
    const count = lite ? GHOSTS.lite : GHOSTS.full;
    this.makeGhosts = () => Array.from({ length: count }, (_, i) => makeGhost(geoms, numBodies, i, count));
    this.group.add(this.figure.group, this.world);
  }

  /** Play this track, on this lane. */
  setTrack(track, dt, { lane, middle, roams }) {
    Object.assign(this, { track, lane, middle, roams });
    const { root, num_steps: count } = track;
    const metres = Math.hypot(root[3 * (count - 1)] - root[0], root[3 * count - 2] - root[1]);
    const speed = metres / Math.max(dt, (count - 1) * dt);
    this.ghostFrames = Math.min(GHOST_SECONDS, GHOST_METRES / Math.max(speed, 1e-3)) / dt;
  }

  paint(theme) {
    this.theme = theme;
    for (const figure of [this.figure, ...this.ghosts]) figure.paint(theme.of(this.track));
  }

  #addGhosts() {
    this.ghosts = this.makeGhosts();
    this.group.add(...this.ghosts.map((ghost) => ghost.group));
    this.paint(this.theme);
  }

  /** Let it appear or vanish; its past goes at once. */
  fade(opacity) {
    if (opacity === this.opacity) return;
    this.opacity = opacity;
    this.figure.fade(opacity);
  }

  /** Draw the track at a frame; `shift(root)` moves it from its own middle, [x, y] in metres. */
  show(frame, ghosts, shift) {
    this.figure.pose(this.track, frame, this.root);
    this.extent = hasFallen(this.track, frame) ? this.track.fallen_extent : this.track.extent;
    [this.dx, this.dy] = shift(this.root);
    this.place.set(this.middle.x + this.dx, this.middle.y + this.dy, this.root.z);
    this.figure.group.position.copy(this.place);
    // The world moves past a robot that stays in place; a lane keeps its own middle.
    this.world.position.set(this.place.x - this.root.x, this.place.y - (this.roams ? this.root.y : 0), 0);
    if (ghosts && !this.ghosts.length) this.#addGhosts();
    this.ghosts.forEach((ghost, i) => {
      const past = frame - (i + 1) * this.ghostFrames;
      ghost.group.visible = ghosts && past >= (this.track.earliest ?? 0);
      if (ghost.group.visible) this.#poseGhost(ghost, past);
    });
  }

  /** Relative to the robot now: on the treadmill too, a ghost shows how far it has come since. */
  #poseGhost(ghost, past) {
    ghost.pose(this.track, past, this.ghostRoot);
    const sideways = this.roams ? this.ghostRoot.y - this.root.y : 0;
    ghost.group.position.set(this.place.x + this.ghostRoot.x - this.root.x, this.place.y + sideways, this.ghostRoot.z);
  }
}

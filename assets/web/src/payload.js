// Reads the payload of backend/rollouts/replay.py; see there for the layout.

import { unzlibSync } from "fflate";

import { Motion, Skeleton } from "./skeleton.js";

/** Header plus, per track, its motion, root (m) and reward; and a mesh's corners. */
export function decodeReplay(bytes) {
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)));
  const { buffer } = unzlibSync(bytes.subarray(4 + headerLength)).slice(); // aligned, as typed arrays need it
  const numObjectives = header.objectives.length;
  const skeleton = new Skeleton(header.bodies);
  header.tracks.forEach((track) => {
    const n = track.num_frames;
    const bytes = new Uint8Array(buffer, track.qpos_offset, 4 * header.num_positions * n);
    track.motion = new Motion(skeleton, summed(bytes, n, header.unit), n);
    track.root = track.motion.rootPath();
    track.reward = new Float32Array(buffer, track.reward_offset, numObjectives * track.num_steps);
  });
  for (const geom of header.geoms.filter(({ type }) => type === "mesh")) {
    geom.vertices = new Float32Array(buffer, geom.vertices_offset, 3 * geom.num_vertices);
    geom.faces = new Uint32Array(buffer, geom.faces_offset, 3 * geom.num_faces);
  }
  header.numFrames = Math.max(...header.tracks.map((track) => track.num_frames));
  header.duration = header.numFrames * header.dt;
  return header;
}

/** Zigzag differences, number by number and lowest bytes first, summed up frame by frame. */
function summed(bytes, numFrames, unit) {
  const quarter = bytes.length / 4;
  const size = quarter / numFrames;
  const states = new Float64Array(quarter);
  for (let number = 0, at = 0; number < size; number++) {
    for (let frame = 0, value = 0; frame < numFrames; frame++, at++) {
      const zigzag = bytes[at] | bytes[quarter + at] << 8 | bytes[2 * quarter + at] << 16 | bytes[3 * quarter + at] << 24;
      value += (zigzag >>> 1) ^ -(zigzag & 1);
      states[frame * size + number] = value * unit;
    }
  }
  return states;
}

/** FNV-1a of the bytes, to tell a new payload from the old one sent again. */
export function fingerprint(bytes) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The root's velocity along x and y at a frame, in m/s, over half a second around it. */
export function velocityAt(track, frame, dt) {
  const half = Math.max(1, Math.round(0.25 / dt));
  const low = Math.max(0, Math.round(frame) - half);
  const high = Math.min(track.num_frames - 1, Math.round(frame) + half);
  const along = (axis) => (track.root[3 * high + axis] - track.root[3 * low + axis]) / ((high - low) * dt);
  return high > low ? [along(0), along(1)] : [0, 0];
}

/** Whether the root never leaves its place: an arm, say. */
export const isFixed = (track) => track.root.every((value, i) => Math.abs(value - track.root[i % 3]) < 1e-6);

/** Whether the episode has ended by a fall at this frame. */
export const hasFallen = (track, frame) => track.fell && frame >= track.num_steps;

// Reads the payload of backend/rollouts/replay.py; see there for the layout.

import { unzlibSync } from "fflate";

/** Header plus typed arrays per track: root (m), pose (int16), reward; and a mesh's corners. */
export function decodeReplay(bytes) {
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)));
  const { buffer } = unzlibSync(bytes.subarray(4 + headerLength)).slice(); // aligned, as typed arrays need it
  const numObjectives = header.objectives.length;
  header.tracks.forEach((track) => {
    const n = track.num_frames;
    track.root = new Float32Array(buffer, track.root_offset, 3 * n);
    track.pose = poses(new Uint8Array(buffer, track.pose_offset, 14 * header.num_bodies * n), n);
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

/** Differences, number by number and low bytes first, summed up to poses, time by time. */
function poses(bytes, numFrames) {
  const half = bytes.length / 2;
  const numNumbers = half / numFrames;
  const pose = new Int16Array(half);
  for (let number = 0, at = 0; number < numNumbers; number++) {
    for (let frame = 0, value = 0; frame < numFrames; frame++, at++) {
      value += bytes[at] + 256 * bytes[half + at];
      pose[frame * numNumbers + number] = value; // modulo 2^16
    }
  }
  return pose;
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

/** Whether the episode has ended by a fall at this frame. */
export const hasFallen = (track, frame) => track.fell && frame >= track.num_steps;

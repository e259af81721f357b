// Reads the payload of backend/rollouts/replay.py; see there for the layout.

/** Header plus typed arrays per track: root (m), pose (int16), reward; and a mesh's corners. */
export function decodeReplay(bytes) {
  // A copy aligns the payload on 8, which typed arrays need and a websocket message does not give.
  const buffer = bytes.slice().buffer;
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const base = 4 + headerLength;
  const numObjectives = header.objectives.length;
  header.tracks.forEach((track) => {
    const n = track.num_frames;
    track.root = new Float32Array(buffer, base + track.root_offset, 3 * n);
    track.pose = new Int16Array(buffer, base + track.pose_offset, 7 * header.num_bodies * n);
    track.reward = new Float32Array(buffer, base + track.reward_offset, numObjectives * track.num_steps);
  });
  for (const geom of header.geoms.filter(({ type }) => type === "mesh")) {
    geom.vertices = new Float32Array(buffer, base + geom.vertices_offset, 3 * geom.num_vertices);
    geom.faces = new Uint32Array(buffer, base + geom.faces_offset, 3 * geom.num_faces);
  }
  header.numFrames = Math.max(...header.tracks.map((track) => track.num_frames));
  header.duration = header.numFrames * header.dt;
  return header;
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

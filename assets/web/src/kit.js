// Reads the file of backend/live/kit.py: one atlas, everything that runs it live.

import { unzlibSync } from "fflate";

const ARRAYS = { f4: Float32Array, f8: Float64Array };

/** The header, its `arrays` as { data, shape }. */
export function readKit(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const kit = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const { buffer } = unzlibSync(bytes.subarray(4 + length)).slice(); // aligned, as typed arrays need it
  for (const [name, [offset, shape, kind]] of Object.entries(kit.arrays)) {
    const size = shape.reduce((product, side) => product * side, 1);
    kit.arrays[name] = { data: new ARRAYS[kind](buffer, offset, size), shape };
  }
  for (const geom of kit.geoms.filter(({ type }) => type === "mesh")) {
    geom.vertices = new Float32Array(buffer, geom.vertices_offset, 3 * geom.num_vertices);
    geom.faces = new Uint32Array(buffer, geom.faces_offset, 3 * geom.num_faces);
  }
  return kit;
}

/** A published kit, fetched once per page. */
export async function fetchKit(url) {
  const answer = await fetch(url, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return readKit(new Uint8Array(await answer.arrayBuffer()));
}

/** Row `i` of a matrix, not copied. */
export const row = ({ data, shape }, i) => data.subarray(i * shape[1], (i + 1) * shape[1]);

// Where a latent is asked to go, and how fast it may: map places, return targets, the glide.

import { row } from "./kit.js";

const FARTHEST = 3; // spacings of a policy that meeting the goals may lead away
const STAY = 0.15; // weight of staying near in latent space against meeting the returns

/** Rows of `count` smallest numbers, smallest first. */
function smallest(values, count) {
  return Array.from(values.keys()).sort((a, b) => values[a] - values[b]).slice(0, count);
}

/** Squared distances from `point` to every row. */
export function squares(matrix, point) {
  const [count, size] = matrix.shape;
  const found = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) for (let k = 0; k < size; k++, at++) found[i] += (matrix.data[at] - point[k]) ** 2;
  return found;
}

/** The rows' mean, weighted; weights need not sum to one. */
function barycentre(matrix, rows, weights) {
  const mean = new Float64Array(matrix.shape[1]);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  rows.forEach((i, at) => row(matrix, i).forEach((value, k) => (mean[k] += (value * weights[at]) / total)));
  return mean;
}

/** One atlas' latents: who lives where, what they promise. */
export class Country {
  constructor(kit) {
    Object.assign(this, { kit, arrays: kit.arrays, z: kit.arrays.z });
    this.boxes = new Map(kit.maps.map((name) => [name, box(kit.arrays[`place.${name}`])]));
  }

  /** The latent that lives at a place of a map: backend/atlas/ground.py's `settle`. */
  settle(map, xy) {
    const places = this.arrays[`place.${map}`];
    const { low, extent } = this.boxes.get(map);
    const unit = (place, axis) => (place[axis] - low[axis]) / extent[axis];
    const squared = Float64Array.from({ length: places.shape[0] }, (_, i) =>
      [0, 1].reduce((sum, axis) => sum + (unit(row(places, i), axis) - unit(xy, axis)) ** 2, 0));
    return this.#family(smallest(squared, this.kit.num_hosts), squared);
  }

  /** Barycentre of some hosts, those of the nearest one's gait before all: the mean of two gaits is neither. */
  #family(hosts, squared) {
    const [first] = hosts;
    const reach = 2 * (this.kit.family * this.arrays.spacing.data[first]) ** 2;
    const centre = row(this.z, first);
    const weights = hosts.map((i) => {
      const apart = row(this.z, i).reduce((sum, value, k) => sum + (value - centre[k]) ** 2, 0);
      return Math.exp(-apart / reach) / (squared[i] + 1e-12);
    });
    return barycentre(this.z, hosts, weights);
  }

  /** Where the map puts a latent: backend/atlas/maps.py's `place`. */
  place(map, z) {
    const of = (name) => this.arrays[`map.${map}.${name}`];
    if (of("components")) return [0, 1].map((axis) => row(of("components"), axis).reduce((sum, weight, k) => sum + weight * (z[k] - of("mean").data[k]), 0));
    const { data, shape: [size, width] } = of("feature_w");
    const feature = new Float64Array(width);
    for (let k = 0, at = 0; k < size; k++) for (let j = 0; j < width; j++, at++) feature[j] += z[k] * data[at];
    const squared = squares(of("anchors"), feature);
    const near = smallest(squared, this.kit.num_neighbours);
    return [...barycentre(of("xy"), near, near.map((i) => 1 / (squared[i] + 1e-9)))];
  }

  /** Predicted returns of a latent: affine. */
  predict(z) {
    const { data, shape: [count, size] } = this.arrays["heads.weight"];
    const [bias, mean, std] = ["bias", "mean", "std"].map((name) => this.arrays[`heads.${name}`].data);
    return Array.from({ length: count }, (_, i) => {
      let value = bias[i];
      for (let k = 0; k < size; k++) value += data[i * size + k] * z[k];
      return value * std[i] + mean[i];
    });
  }

  /**
   * The latent near `from` that promises `goals` (return per objective, null where free): barycentre
   * of the policies whose measured returns are nearest, of one gait with `from` if there is one;
   * then the shortest step on the affine heads that meets the goals, which must not lead away from
   * the policies: goals that exclude each other are not met.
   */
  aim(goals, from) {
    const { returns, z, spacing } = this.arrays;
    const range = this.ranges();
    const apart = squares(z, from);
    const scale = this.kit.span ** 2;
    const squared = Float64Array.from({ length: z.shape[0] }, (_, i) => {
      const gap = goals.reduce((sum, goal, k) => sum + (goal === null ? 0 : ((row(returns, i)[k] - goal) / range[k].extent) ** 2), 0);
      return gap + (STAY * apart[i]) / scale;
    });
    const hosts = smallest(squared, this.kit.num_hosts);
    return this.#meet(goals, this.#family(hosts, squared), FARTHEST * spacing.data[hosts[0]]);
  }

  #meet(goals, z, farthest) {
    const { data, shape: [, size] } = this.arrays["heads.weight"];
    const std = this.arrays["heads.std"].data;
    const wanted = goals.map((goal, i) => [goal, i]).filter(([goal]) => goal !== null);
    const predicted = this.predict(z);
    const rows = wanted.map(([, i]) => data.subarray(i * size, (i + 1) * size));
    const gap = wanted.map(([goal, i]) => (goal - predicted[i]) / std[i]);
    const gram = rows.map((a) => rows.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)));
    const share = solve(gram, gap);
    const step = Float64Array.from(z, (_, k) => rows.reduce((sum, a, j) => sum + share[j] * a[k], 0));
    const length = Math.hypot(...step);
    return step.map((value, k) => z[k] + value * Math.min(1, farthest / (length || 1)));
  }

  /** Lowest and highest measured return of each objective. */
  ranges() {
    const { data, shape: [count, size] } = this.arrays.returns;
    return this.known ??= Array.from({ length: size }, (_, k) => {
      const values = Array.from({ length: count }, (_, i) => data[i * size + k]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { low, high, extent: high - low || 1 };
    });
  }
}

function box({ data, shape: [count] }) {
  const along = (axis) => Array.from({ length: count }, (_, i) => data[2 * i + axis]);
  const low = [0, 1].map((axis) => Math.min(...along(axis)));
  const extent = [0, 1].map((axis) => Math.max(...along(axis)) - low[axis] || 1);
  return { low, extent };
}

/** Solve a small symmetric system (Gauss with pivots). */
function solve(matrix, right) {
  const a = matrix.map((line, i) => [...line, right[i]]);
  const n = right.length;
  for (let i = 0; i < n; i++) {
    const pivot = a.slice(i).reduce((best, line, j) => (Math.abs(line[i]) > Math.abs(a[best][i]) ? i + j : best), i);
    [a[i], a[pivot]] = [a[pivot], a[i]];
    for (let j = i + 1; j < n; j++) {
      const factor = a[j][i] / (a[i][i] || 1e-12);
      for (let k = i; k <= n; k++) a[j][k] -= factor * a[i][k];
    }
  }
  const x = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--) x[i] = (a[i][n] - x.reduce((sum, value, k) => sum + (k > i ? a[i][k] * value : 0), 0)) / (a[i][i] || 1e-12);
  return x;
}

/** Move `z` towards `target` by at most `most`, in place. Whether it has arrived. */
export function glide(z, target, most) {
  const length = Math.sqrt(z.reduce((sum, value, k) => sum + (target[k] - value) ** 2, 0));
  const share = length <= most ? 1 : most / length;
  for (let k = 0; k < z.length; k++) z[k] += (target[k] - z[k]) * share;
  return share === 1;
}

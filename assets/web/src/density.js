// A polynomial density in the browser: λ(s) of the shipped network, tempered and tilted, on a grid.
// The same formulas as backend/action_latents/polynomial/{features,density,steered}.py.

export const CELLS = 48; // along each side of the action box
const CELL = 2 / CELLS;
export const middle = (i) => -1 + (i + 0.5) * CELL;

/** A ReLU network; `numbers` hold each layer's weight [out × in] and bias in turn. */
export class Network {
  constructor(numbers, widths) {
    let at = 0;
    const take = (count) => numbers.subarray(at, (at += count));
    this.layers = widths.slice(1).map((out, i) => ({ weight: take(out * widths[i]), bias: take(out) }));
  }

  run(input) {
    let x = input;
    this.layers.forEach(({ weight, bias }, i) => {
      const size = x.length;
      const out = new Float64Array(bias.length);
      for (let row = 0, at = 0; row < out.length; row++) {
        let sum = bias[row];
        for (let k = 0; k < size; k++, at++) sum += weight[at] * x[k];
        out[row] = i < this.layers.length - 1 ? Math.max(0, sum) : sum;
      }
      x = out;
    });
    return x;
  }
}

/** Orthonormal Legendre polynomials 0 … order at x. */
function legendre(x, order) {
  const line = [1, x];
  for (let n = 2; n <= order; n++) line.push(((2 * n - 1) * x * line[n - 1] - (n - 1) * line[n - 2]) / n);
  return line.slice(0, order + 1).map((value, n) => value * Math.sqrt((2 * n + 1) / 2));
}

/** Degrees in x and y of every feature, by total degree, x's falling. */
export function degrees(order) {
  const found = [];
  for (let total = 1; total <= order; total++)
    for (let x = total; x >= 0; x--) found.push([x, total - x]);
  return found;
}

export class Family {
  constructor({ order, clip }) {
    Object.assign(this, { clip, degrees: degrees(order) });
    this.lines = Array.from({ length: CELLS }, (_, i) => legendre(middle(i), order));
    this.linear = Math.sqrt(3 / 2) * Math.sqrt(1 / 2);
  }

  /** What the network's output means: λ, kept within ± clip. */
  natural(output) {
    return output.map((value) => this.clip * Math.tanh(value / this.clip));
  }

  /** (λ + nudge) / τ, tilted. */
  steered(natural, { temperature, tilt, nudge }) {
    return natural.map((value, i) => (value + (nudge[i] ?? 0)) / temperature + (i < 2 ? tilt[i] / this.linear : 0));
  }

  /** Density at the cells' middles, its lowest and highest value, and its entropy in nats. */
  density(natural) {
    const value = new Float64Array(CELLS * CELLS);
    let highest = -Infinity;
    for (let column = 0; column < CELLS; column++)
      for (let row = 0, at = column; row < CELLS; row++, at += CELLS) {
        const [x, y] = [this.lines[column], this.lines[row]];
        let energy = 0;
        this.degrees.forEach(([i, j], k) => (energy += natural[k] * x[i] * y[j]));
        value[at] = energy;
        if (energy > highest) highest = energy;
      }
    let sum = 0;
    for (let k = 0; k < value.length; k++) sum += Math.exp(value[k] - highest);
    const logZ = highest + Math.log(sum * CELL * CELL);
    let entropy = 0;
    for (let k = 0; k < value.length; k++) {
      const log = value[k] - logZ;
      value[k] = Math.exp(log);
      entropy -= value[k] * log * CELL * CELL;
    }
    return { value, lowest: Math.min(...value), highest: Math.exp(highest - logZ), entropy };
  }
}

// A policy decoder (z → parameters) and the tanh network it writes, in plain arithmetic.

const elu = (x) => (x > 0 ? x : Math.expm1(x));

/** Rows of `weight` [out × in] times x, plus bias. */
function linear({ weight, bias }, x, out, act) {
  const size = x.length;
  for (let row = 0, at = 0; row < out.length; row++) {
    let sum = bias[row];
    for (let i = 0; i < size; i++, at++) sum += weight[at] * x[i];
    out[row] = act ? act(sum) : sum;
  }
  return out;
}

export class Decoder {
  /** `numbers`: weight and bias of each layer in turn, then std and mean of the parameters. */
  constructor(numbers, widths) {
    let at = 0;
    const take = (count) => numbers.subarray(at, (at += count));
    this.layers = widths.slice(1).map((out, i) => ({ weight: take(out * widths[i]), bias: take(out), out: new Float64Array(out) }));
    const numParams = widths.at(-1);
    [this.std, this.mean] = [take(numParams), take(numParams)];
  }

  decode(z) {
    let x = z;
    this.layers.forEach((layer, i) => (x = linear(layer, x, layer.out, i < this.layers.length - 1 ? elu : null)));
    return x.map((value, i) => value * this.std[i] + this.mean[i]);
  }
}

/** A deterministic policy: all weights and biases in one vector, each layer's matrix [in × out] first. */
export class GeneratedPolicy {
  constructor(theta, widths, { middle, half }) {
    Object.assign(this, { middle, half });
    let at = 0;
    this.layers = widths.slice(1).map((out, i) => {
      const weight = theta.subarray(at, (at += widths[i] * out));
      return { weight, bias: theta.subarray(at, (at += out)), out: new Float64Array(out) };
    });
    this.input = new Float64Array(widths[0]);
  }

  act(obs) {
    for (let i = 0; i < this.input.length; i++) this.input[i] = (obs[i] - this.middle[i]) / this.half[i];
    let x = this.input;
    for (const { weight, bias, out } of this.layers) {
      out.set(bias);
      for (let i = 0, at = 0; i < x.length; i++)
        for (let j = 0; j < out.length; j++, at++) out[j] += x[i] * weight[at];
      for (let j = 0; j < out.length; j++) out[j] = Math.tanh(out[j]);
      x = out;
    }
    return x;
  }
}

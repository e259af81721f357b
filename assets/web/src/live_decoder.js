// The atlas' decoder π(a | s, z) in plain arithmetic: what backend/representation/decoded.py computes.
// Observations are scaled in float64; weights are float32; z only shifts the second layer's bias.

/** y = act(W x + b), W with one neuron a row. */
function dense(weight, bias, x, y, relu) {
  const size = x.length;
  for (let neuron = 0, at = 0; neuron < y.length; neuron++) {
    let sum = bias[neuron];
    for (let i = 0; i < size; i++, at++) sum += weight[at] * x[i];
    y[neuron] = relu && sum < 0 ? 0 : sum;
  }
  return y;
}

/** The weights, shared by any number of policies. */
export class DecoderWeights {
  constructor({ arrays, obs_clip: clip }) {
    const of = (name) => arrays[name].data;
    Object.assign(this, { clip, mean: of("obs_mean"), std: of("obs_std") });
    for (const layer of ["first", "second", "third", "out"]) this[layer] = [of(`${layer}_w`), of(`${layer}_b`)];
    this.latent = of("latent_w");
    this.width = of("first_b").length;
    this.numActions = of("out_b").length;
  }
}

/** One policy: the decoder at one latent, which may change at any step. */
export class LiveDecoder {
  constructor(weights) {
    this.weights = weights;
    const hidden = () => new Float64Array(weights.width);
    Object.assign(this, { x: new Float64Array(weights.mean.length), one: hidden(), two: hidden(), three: hidden(),
      bias: hidden(), action: new Float64Array(weights.numActions) });
  }

  setLatent(z) {
    dense(this.weights.latent, this.weights.second[1], z, this.bias, false);
  }

  /** The mean action for an observation, clipped to the control range; the same array every time. */
  act(obs) {
    const { clip, mean, std, first, second, third, out } = this.weights;
    const { x, one, two, three, bias, action } = this;
    for (let i = 0; i < x.length; i++) x[i] = Math.min(clip, Math.max(-clip, (obs[i] - mean[i]) / std[i]));
    dense(first[0], first[1], x, one, true);
    dense(second[0], bias, one, two, true);
    dense(third[0], third[1], two, three, true);
    dense(out[0], out[1], three, action, false);
    for (let i = 0; i < action.length; i++) action[i] = Math.min(1, Math.max(-1, action[i]));
    return action;
  }
}

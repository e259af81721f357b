"""Decoded policies in numpy: what a latent does in the environment."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32
from backend.policies.policy import normalise
from backend.representation.model import Representation
from backend.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class DecoderWeights:
    """The decoder's mean as one ReLU network whose second bias depends affinely on z.

    The state branch ends without an activation, so its last layer folds into the trunk's first.
    """

    first_w: Float32[Array, "obs hidden"]
    first_b: Float32[Array, "hidden"]
    second_w: Float32[Array, "hidden hidden"]
    second_b: Float32[Array, "hidden"]
    latent_w: Float32[Array, "latent hidden"]
    third_w: Float32[Array, "hidden hidden"]
    third_b: Float32[Array, "hidden"]
    out_w: Float32[Array, "hidden action"]
    out_b: Float32[Array, "action"]
    std_first_w: Float32[Array, "latent std_hidden"]
    std_first_b: Float32[Array, "std_hidden"]
    std_out_w: Float32[Array, "std_hidden action"]
    std_out_b: Float32[Array, "action"]
    log_std_bounds: tuple[float, float]
    obs_mean: Float[Array, "obs"]
    obs_std: Float[Array, "obs"]

    @classmethod
    def fold(cls, model: Representation) -> "DecoderWeights":
        """Fold the torch decoder of a representation.

        On one thread: more would round differently, and a robot's fall hangs on less than that.
        """
        with one_thread():
            return cls._fold(model)

    @classmethod
    def _fold(cls, model: Representation) -> "DecoderWeights":
        tensors = {k: v.detach().cpu().numpy() for k, v in model.decoder.state_dict().items()}
        width = tensors["state.2.weight"].shape[0]
        state_w, latent_w = tensors["trunk.0.weight"].T[:width], tensors["trunk.0.weight"].T[width:]

        def linear(name: str) -> tuple[Array, Array]:
            return np.ascontiguousarray(tensors[f"{name}.weight"].T), tensors[f"{name}.bias"]

        (first_w, first_b), (branch_w, branch_b) = linear("state.0"), linear("state.2")
        (third_w, third_b), (out_w, out_b) = linear("trunk.2"), linear("trunk.4")
        (std_w, std_b), (std_out_w, std_out_b) = linear("std.0"), linear("std.2")
        return cls(
            first_w=first_w, first_b=first_b,
            second_w=np.ascontiguousarray(branch_w @ state_w),
            second_b=branch_b @ state_w + tensors["trunk.0.bias"],
            latent_w=np.ascontiguousarray(latent_w),
            third_w=third_w, third_b=third_b, out_w=out_w, out_b=out_b,
            std_first_w=std_w, std_first_b=std_b, std_out_w=std_out_w, std_out_b=std_out_b,
            log_std_bounds=model.decoder.log_std_bounds,
            obs_mean=model.obs_mean.cpu().numpy().astype(np.float64),
            obs_std=model.obs_std.cpu().numpy().astype(np.float64),
        )  # fmt: skip


class DecodedPolicy:
    """pi(. | s, z) with its mean action, one z per row."""

    def __init__(self, weights: DecoderWeights, z: Float[Array, "rows latent"]) -> None:
        self._weights = weights
        z = z.astype(np.float32)
        self._second_b = z @ weights.latent_w + weights.second_b
        hidden = np.maximum(z @ weights.std_first_w + weights.std_first_b, 0)
        log_std = hidden @ weights.std_out_w + weights.std_out_b
        self.log_std = np.clip(log_std, *weights.log_std_bounds)

    @property
    def num_rows(self) -> int:
        """One row per latent."""
        return len(self._second_b)

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Mean actions, clipped to the control range."""
        return np.clip(self.mean(obs), -1.0, 1.0)

    def mean(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """The Gaussian's mean, not clipped."""
        w = self._weights
        x = normalise(obs, w.obs_mean, w.obs_std)
        x = np.maximum(x @ w.first_w + w.first_b, 0)
        x = np.maximum(x @ w.second_w + self._second_b, 0)
        x = np.maximum(x @ w.third_w + w.third_b, 0)
        return x @ w.out_w + w.out_b

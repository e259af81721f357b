"""An atlas whose decoded policies beat while they act: long rollouts can be followed and stopped.

A rollout of many episodes is one call that may take seconds where contact forces count. What beats
at every control step may raise, and the rollout ends there.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

from backend.arrays import Array, Float, Float32
from backend.atlas.atlas import Atlas
from backend.representation.decoded import DecodedPolicy, DecoderWeights

Beat = Callable[[], None]


class WatchedPolicy(DecodedPolicy):
    """A decoded policy that calls ``beat`` before it acts."""

    def __init__(self, weights: DecoderWeights, z: Float[Array, "rows latent"], beat: Beat) -> None:
        super().__init__(weights, z)
        self._beat = beat

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Mean actions, clipped to the control range."""
        self._beat()
        return super().act(obs)


@dataclass(frozen=True, kw_only=True)
class WatchedAtlas(Atlas):
    """The same atlas; only what it decodes beats."""

    beat: Beat
    "Called at every control step of every rollout."

    def decode(self, z: Float[Array, "rows latent"]) -> WatchedPolicy:
        """The policies of some latents, one row each."""
        return WatchedPolicy(self.decoder_weights, z, self.beat)


def watched(atlas: Atlas, beat: Beat) -> WatchedAtlas:
    """``atlas`` with a beat, sharing all that was computed of it already."""
    copy = WatchedAtlas(**{f.name: getattr(atlas, f.name) for f in fields(Atlas)}, beat=beat)
    for name, value in vars(atlas).items():
        vars(copy).setdefault(name, value)
    return copy

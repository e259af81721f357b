"""The population: distinct policies = network × preference × checkpoint, with measured returns."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.errors import UnknownName
from backend.policies.policy import ActorPolicy, FilmWeights
from backend.policies.preferences import encode_preference

NetworkKey = str
"Run and checkpoint as ``run/checkpoint``, e.g. ``run-2/07``."


@dataclass(frozen=True, kw_only=True)
class Member:
    """Where one policy comes from: its identity, kept through everything."""

    network: NetworkKey
    "Run and checkpoint."
    weights: tuple[float, ...]
    "One per objective, on the simplex."
    speed_cap: float | None = None
    "Metres per second, for networks conditioned on one."

    @property
    def preference(self) -> tuple[float, ...]:
        """What the network is told: the weights and, if there is one, the speed cap."""
        return self.weights if self.speed_cap is None else (*self.weights, self.speed_cap)

    @property
    def policy_id(self) -> str:
        """Readable id: ``run-2/07/w0.45``, ``cap-5/09/w0.30-c2.5``, ``run-1/04/w0.25-0.50``.

        The last weight is what is missing to 1.
        """
        weights = "-".join(f"{weight:.2f}" for weight in self.weights[:-1])
        cap = "" if self.speed_cap is None else f"-c{self.speed_cap:.1f}"
        return f"{self.network}/w{weights}{cap}"

    @property
    def run(self) -> str:
        """Name of the training run."""
        return self.network.split("/")[0]


@dataclass(frozen=True, kw_only=True)
class Population:
    """Policies with their measured vector returns; row i of every array is ``members[i]``."""

    members: tuple[Member, ...]
    networks: Mapping[NetworkKey, FilmWeights]
    returns: Float[Array, "policy objective"]
    "Mean over the deterministic episodes: the label."
    returns_std: Float[Array, "policy objective"]
    "Standard deviation over those episodes."
    noisy_returns: Float[Array, "policy objective"]
    "Mean over the episodes with the policy's own action noise."
    noisy_returns_std: Float[Array, "policy objective"]
    num_episodes: int
    "Deterministic episodes per policy."
    num_noisy_episodes: int
    "Noisy episodes per policy."
    held_out: Array
    "Why a policy is held out of everything fitted: '' (it is not), 'random', 'weights', 'network'."

    @cached_property
    def ids(self) -> list[str]:
        """Policy ids in row order."""
        return [member.policy_id for member in self.members]

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {policy_id: row for row, policy_id in enumerate(self.ids)}

    @property
    def is_training(self) -> Bool[Array, "policy"]:
        """Rows that may be fitted to."""
        return self.held_out == ""

    def row(self, policy_id: str) -> int:
        """Row of a policy id. Raises UnknownName with examples of what exists."""
        if policy_id not in self._rows:
            examples = [*self.ids[:3], f"... {len(self.ids)} in all"]
            raise UnknownName("policy", policy_id, examples)
        return self._rows[policy_id]

    def actor(self, row: int) -> ActorPolicy:
        """The policy of a row, from its own trained network."""
        member = self.members[row]
        return member_policy(self.networks[member.network], [member])

    def subset(self, rows: Int[Array, "kept"]) -> "Population":
        """The population of some rows, networks no longer needed dropped."""
        members = tuple(self.members[i] for i in rows)
        used = {member.network for member in members}
        arrays = {
            f.name: getattr(self, f.name)[rows]
            for f in fields(self)
            if isinstance(getattr(self, f.name), np.ndarray)
        }
        networks = {key: weights for key, weights in self.networks.items() if key in used}
        return replace(self, members=members, networks=networks, **arrays)


def member_policy(weights: FilmWeights, members: list[Member]) -> ActorPolicy:
    """One row per member of the same network."""
    preferences = np.array([member.preference for member in members])
    return ActorPolicy(weights, encode_preference(preferences, len(members[0].weights)))

"""Batches for the representation: contexts of one episode, queries of the whole policy."""

from dataclasses import dataclass

import torch

from backend.arrays import Float, Int, Tensor
from backend.rollouts.dataset import OccupancyDataset


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One training batch of B = policies × contexts rows."""

    policy: Int[Tensor, "batch"]
    "Row of the dataset each context came from."
    context_obs: Float[Tensor, "batch context obs"]
    context_action: Float[Tensor, "batch context action"]
    query_obs: Float[Tensor, "batch query obs"]
    query_action: Float[Tensor, "batch query action"]
    label: Float[Tensor, "batch objective"]
    "Standardised mean returns."


@dataclass(frozen=True, kw_only=True)
class Relabelled:
    """States that decoded policies visited, with what the source policies would do there."""

    obs: Float[Tensor, "policy time obs"]
    action: Float[Tensor, "policy time action"]

    def join(self, later: "Relabelled") -> "Relabelled":
        """Both rounds together."""
        obs = torch.cat([self.obs, later.obs], 1)
        return Relabelled(obs=obs, action=torch.cat([self.action, later.action], 1))


class BatchSampler:
    """Draws batches from a dataset and, once there are any, from relabelled states."""

    def __init__(self, dataset: OccupancyDataset, *, device: str, seed: int) -> None:
        self._obs = torch.from_numpy(dataset.obs).to(device)
        self._action = torch.from_numpy(dataset.action).to(device)
        self._clean = torch.from_numpy(dataset.clean_action).to(device)
        returns = torch.from_numpy(dataset.returns).float().to(device)
        self._label = (returns - returns.mean(0)) / returns.std(0)
        self._generator = torch.Generator().manual_seed(seed)
        self.relabelled: Relabelled | None = None

    def reseed(self, seed: int) -> None:
        """Restart the random stream (at checkpoints, so that a resumed run is the same run)."""
        self._generator.manual_seed(seed)

    def draw(
        self, num_policies: int, num_contexts: int, context_size: int, num_queries: int
    ) -> Batch:
        """``num_contexts`` contexts of ``num_policies`` policies, each with its queries."""
        total, episodes, times = self._obs.shape[:3]
        policy = torch.randperm(total, generator=self._generator)[:num_policies]
        policy = policy.repeat_interleave(num_contexts)
        rows = len(policy)
        episode = self._integers(episodes, (rows, 1))
        time = self._integers(times, (rows, context_size))
        query_episode = self._integers(episodes, (rows, num_queries))
        query_time = self._integers(times, (rows, num_queries))
        query = (policy[:, None], query_episode, query_time)
        query_obs, query_action = self._obs[query], self._clean[query]
        if self.relabelled is not None:
            half = num_queries // 2
            visited = self._integers(self.relabelled.obs.shape[1], (rows, half))
            query_obs[:, :half] = self.relabelled.obs[policy[:, None], visited]
            query_action[:, :half] = self.relabelled.action[policy[:, None], visited]
        return Batch(
            policy=policy,
            context_obs=self._obs[policy[:, None], episode, time],
            context_action=self._action[policy[:, None], episode, time],
            query_obs=query_obs,
            query_action=query_action,
            label=self._label[policy],
        )

    def contexts(self, size: int, num: int) -> tuple[Tensor, Tensor]:
        """``num`` contexts of every policy: (obs, action), each [policy, num, context, ...]."""
        total, episodes, times = self._obs.shape[:3]
        policy = torch.arange(total)[:, None, None]
        episode = self._integers(episodes, (total, num, 1))
        index = (policy, episode, self._integers(times, (total, num, size)))
        return self._obs[index], self._action[index]

    def _integers(self, high: int, shape: tuple[int, ...]) -> Int[Tensor, "..."]:
        return torch.randint(high, shape, generator=self._generator)

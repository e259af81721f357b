"""Many copies of one environment, stepped together by ``mujoco.batch.Batch``."""

from collections.abc import Sequence

import numpy as np
from mujoco.batch import Batch

from backend.arrays import Array, Bool, Float, Int
from backend.envs.model import load_model, reset_state
from backend.envs.spec import EnvSpec


class BatchedEnv:
    """``num_envs`` environments in lockstep; equal to Gymnasium's bit for bit.

    Never replaced by step-wise ``mujoco.rollout``: that drops the solver's warm start and diverges.
    """

    def __init__(self, spec: EnvSpec, num_envs: int, *, num_threads: int = 1) -> None:
        self.spec = spec
        self.num_envs = num_envs
        self.model = load_model(spec)
        self._batch = Batch(self.model, num_envs, nthread=num_threads)
        self.qpos: Float[Array, "batch qpos"] = self._batch.bind("qpos")
        self.qvel: Float[Array, "batch qvel"] = self._batch.bind("qvel")
        self._ctrl = self._batch.bind("ctrl")

    def reset(
        self, seeds: Sequence[int], rows: Int[Array, "reset"] | None = None
    ) -> Float[Array, "batch obs"]:
        """Restart ``rows`` (all when None), one seed each; returns every row's observation."""
        rows = np.arange(self.num_envs) if rows is None else rows
        assert len(seeds) == len(rows), f"{len(rows)} rows need as many seeds, got {len(seeds)}"
        self._batch.reset(rows)
        for row, seed in zip(rows, seeds, strict=True):
            self.qpos[row], self.qvel[row] = reset_state(self.spec, self.model, int(seed))
        self._batch.forward(rows)
        return self.observe()

    def observe(self) -> Float[Array, "batch obs"]:
        """Current observations."""
        return self.spec.observe(self.qpos, self.qvel)

    def step(
        self, action: Float[Array, "batch action"]
    ) -> tuple[Float[Array, "batch obs"], Float[Array, "batch objective"], Bool[Array, "batch"]]:
        """Advance one control step: (obs, vector reward, terminated). Never resets by itself."""
        x_before = self.qpos[:, 0].copy()
        self._ctrl[:] = action
        self._batch.step(nstep=self.spec.frame_skip)
        x_velocity = (self.qpos[:, 0] - x_before) / self.spec.time_step
        reward = self.spec.reward(x_velocity, action)
        return self.observe(), reward, self.spec.terminated(self.qpos, self.qvel)

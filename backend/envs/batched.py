"""Many copies of one environment, stepped together."""

from collections.abc import Sequence

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.envs.model import load_model, reset_state
from backend.envs.physics import make_physics
from backend.envs.spec import EnvSpec, Step


class BatchedEnv:
    """``num_envs`` environments in lockstep; equal to Gymnasium's, contact forces included."""

    def __init__(self, spec: EnvSpec, num_envs: int, *, num_threads: int = 1) -> None:
        self.spec = spec
        self.num_envs = num_envs
        self.model = load_model(spec)
        self.physics = make_physics(spec, self.model, num_envs, num_threads=num_threads)

    @property
    def qpos(self) -> Float[Array, "batch qpos"]:
        """Generalised positions now."""
        return self.physics.qpos

    def reset(
        self, seeds: Sequence[int], rows: Int[Array, "reset"] | None = None
    ) -> Float[Array, "batch obs"]:
        """Restart ``rows`` (all when None), one seed each; returns every row's observation."""
        rows = np.arange(self.num_envs) if rows is None else rows
        assert len(seeds) == len(rows), f"{len(rows)} rows need as many seeds, got {len(seeds)}"
        states = [reset_state(self.spec, self.model, int(seed)) for seed in seeds]
        qpos, qvel = (np.array(column) for column in zip(*states, strict=True))
        self.physics.reset(rows, qpos, qvel)
        return self.observe()

    def observe(self) -> Float[Array, "batch obs"]:
        """Current observations."""
        return self.spec.observe(self.physics.qpos, self.physics.qvel)

    def step(
        self, action: Float[Array, "batch action"], rows: Int[Array, "going"] | None = None
    ) -> tuple[Float[Array, "batch obs"], Float[Array, "batch objective"], Bool[Array, "batch"]]:
        """Advance one control step: (obs, vector reward, terminated). Never resets by itself.

        Actions lie in [-1, 1]. With ``rows``, the other rows stand still and their answers mean
        nothing.
        """
        before = self.physics.position()
        ctrl = action * self.spec.action_scale
        self.physics.step(ctrl, rows)
        step = Step(
            qpos=self.physics.qpos,
            qvel=self.physics.qvel,
            velocity=(self.physics.position() - before) / self.spec.time_step,
            action=ctrl,
            contact_cost=self.physics.contact_cost(),
        )
        return self.observe(), self.spec.reward(step), self.spec.terminated(step.qpos, step.qvel)

    def nearly_lost(self) -> Bool[Array, "batch"]:
        """Where a learner's episode ends already; nowhere where the environment has no such end."""
        ends = self.spec.nearly_lost
        if ends is None:
            return np.zeros(self.num_envs, bool)
        return ends(self.physics.qpos, self.physics.qvel)

    def guidance(self) -> Float[Array, "batch"]:
        """The learner's extra pay for the step just made; 0 where the environment has none."""
        return self.physics.guidance()

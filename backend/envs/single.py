"""One environment, stepped by ``mj_step``: the fast path for a single policy."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.envs.model import load_model, reset_state
from backend.envs.spec import EnvSpec


class SingleEnv:
    """Equal to Gymnasium's environment bit for bit; see ``tests/envs/test_parity.py``."""

    def __init__(self, spec: EnvSpec) -> None:
        self.spec = spec
        self.model = load_model(spec)
        self.data = mujoco.MjData(self.model)

    def reset(self, seed: int) -> Float[Array, "obs"]:
        """Start an episode from the seed's initial state."""
        mujoco.mj_resetData(self.model, self.data)
        self.data.qpos[:], self.data.qvel[:] = reset_state(self.spec, self.model, seed)
        mujoco.mj_forward(self.model, self.data)
        return self._obs()

    def step(
        self, action: Float[Array, "action"]
    ) -> tuple[Float[Array, "obs"], Float[Array, "objective"], bool]:
        """Advance one control step with an action in [-1, 1]: (obs, vector reward, terminated)."""
        x_before = np.float64(self.data.qpos[0])
        self.data.ctrl[:] = action
        mujoco.mj_step(self.model, self.data, nstep=self.spec.frame_skip)
        x_velocity = (np.float64(self.data.qpos[0]) - x_before) / self.spec.time_step
        reward = self.spec.reward(np.asarray(x_velocity), action)
        return self._obs(), reward, bool(self.spec.terminated(self.data.qpos, self.data.qvel))

    def _obs(self) -> Float[Array, "obs"]:
        return self.spec.observe(self.data.qpos, self.data.qvel)

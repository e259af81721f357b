"""One environment, stepped by ``mj_step``: the fast path for a single policy."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.envs.model import load_model, reset_state
from backend.envs.spec import EnvSpec, Step


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
        spec, data = self.spec, self.data
        before = self._position()
        ctrl = action * spec.action_scale
        data.ctrl[:] = ctrl
        mujoco.mj_step(self.model, data, nstep=spec.frame_skip)
        contact_cost = 0.0
        if spec.full_state is not None:
            mujoco.mj_rnePostConstraint(self.model, data)
            contact_cost = spec.full_state.contact_cost(data)
        qpos, qvel = data.qpos[None], data.qvel[None]
        step = Step(
            qpos=qpos,
            qvel=qvel,
            velocity=(self._position() - before)[None] / spec.time_step,
            action=ctrl[None],
            contact_cost=np.array([contact_cost]),
        )
        return self._obs(), spec.reward(step)[0], bool(spec.terminated(qpos, qvel)[0])

    def _position(self) -> Float[Array, "axis"]:
        if self.spec.full_state is None:
            return self.data.qpos[:1].copy()
        return self.spec.full_state.position(self.model, self.data)

    def _obs(self) -> Float[Array, "obs"]:
        return self.spec.observe(self.data.qpos, self.data.qvel)

"""Two ways to step many copies of a model: all in C, or one ``MjData`` after the other."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from concurrent.futures import ThreadPoolExecutor

import mujoco
import numpy as np
from mujoco.batch import Batch

from backend.arrays import Array, Float, Int
from backend.envs.spec import EnvSpec, FullState


class BatchPhysics:
    """All rows in C by ``mujoco.batch``: for environments that read nothing but qpos and qvel.

    Never replaced by step-wise ``mujoco.rollout``: that drops the solver's warm start and diverges.
    """

    def __init__(
        self, spec: EnvSpec, model: mujoco.MjModel, num_envs: int, num_threads: int
    ) -> None:
        self._frame_skip = spec.frame_skip
        self._batch = Batch(model, num_envs, nthread=num_threads)
        self.qpos: Float[Array, "batch qpos"] = self._batch.bind("qpos")
        self.qvel: Float[Array, "batch qvel"] = self._batch.bind("qvel")
        self._ctrl = self._batch.bind("ctrl")
        self._nothing = np.zeros(num_envs)

    def reset(self, rows: Int[Array, "reset"], qpos: Array, qvel: Array) -> None:
        """Put ``rows`` into a state."""
        self._batch.reset(rows)
        self.qpos[rows], self.qvel[rows] = qpos, qvel
        self._batch.forward(rows)

    def step(self, ctrl: Float[Array, "batch action"], rows: Int[Array, "going"] | None) -> None:
        """One control step of ``rows``, all when None."""
        self._ctrl[:] = ctrl
        self._batch.step(rows, nstep=self._frame_skip)

    def position(self) -> Float[Array, "batch 1"]:
        """World x of the root, metres."""
        return self.qpos[:, :1].copy()

    def contact_cost(self) -> Float[Array, "batch"]:
        """Nothing: these environments do not price contacts."""
        return self._nothing

    def guidance(self) -> Float[Array, "batch"]:
        """Nothing."""
        return self._nothing


class LoopPhysics:
    """One ``MjData`` per row, stepped exactly as Gymnasium steps it: contact forces are real."""

    def __init__(
        self, spec: EnvSpec, model: mujoco.MjModel, num_envs: int, num_threads: int
    ) -> None:
        assert spec.full_state is not None
        self._full: FullState = spec.full_state
        self._model, self._frame_skip = model, spec.frame_skip
        self._data = [mujoco.MjData(model) for _ in range(num_envs)]
        self.qpos = np.zeros((num_envs, model.nq))
        self.qvel = np.zeros((num_envs, model.nv))
        self._num_threads = num_threads
        self._pool = ThreadPoolExecutor(num_threads) if num_threads > 1 else None

    def reset(self, rows: Int[Array, "reset"], qpos: Array, qvel: Array) -> None:
        """Put ``rows`` into a state."""
        for row, position, velocity in zip(rows.tolist(), qpos, qvel, strict=True):
            data = self._data[row]
            mujoco.mj_resetData(self._model, data)
            data.qpos[:], data.qvel[:] = position, velocity
            mujoco.mj_forward(self._model, data)
        self.qpos[rows], self.qvel[rows] = qpos, qvel

    def step(self, ctrl: Float[Array, "batch action"], rows: Int[Array, "going"] | None) -> None:
        """One control step of ``rows``; ``mj_step`` lets other threads run meanwhile."""
        rows = np.arange(len(self._data)) if rows is None else rows
        if self._pool is None:
            self._step(rows, ctrl)
        else:
            chunks = np.array_split(rows, self._num_threads)
            list(self._pool.map(lambda chunk: self._step(chunk, ctrl), chunks))

    def _step(self, rows: Int[Array, "chunk"], ctrl: Float[Array, "batch action"]) -> None:
        for row in rows.tolist():
            data = self._data[row]
            data.ctrl[:] = ctrl[row]
            mujoco.mj_step(self._model, data, nstep=self._frame_skip)
            mujoco.mj_rnePostConstraint(self._model, data)
            self.qpos[row], self.qvel[row] = data.qpos, data.qvel

    def position(self) -> Float[Array, "batch axis"]:
        """World x and y of the tracked point, metres."""
        return np.array([self._full.position(self._model, data) for data in self._data])

    def contact_cost(self) -> Float[Array, "batch"]:
        """Gymnasium's price of the contact forces."""
        return np.array([self._full.contact_cost(data) for data in self._data])

    def guidance(self) -> Float[Array, "batch"]:
        """What only the learner is paid."""
        guidance = self._full.guidance
        if guidance is None:
            return np.zeros(len(self._data))
        return np.array([guidance(self._model, data) for data in self._data])


def make_physics(
    spec: EnvSpec, model: mujoco.MjModel, num_envs: int, *, num_threads: int
) -> BatchPhysics | LoopPhysics:
    """The faster of the two that is exact for this environment."""
    kind = BatchPhysics if spec.full_state is None else LoopPhysics
    return kind(spec, model, num_envs, num_threads)

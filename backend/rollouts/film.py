"""An episode to be shown: as a track of the player, a clip or a strip of poses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float
from backend.envs.spec import EnvSpec
from backend.rollouts.render_request import Format, RenderRequest, StripRequest, Tally
from backend.rollouts.replay import Role, Track
from backend.rollouts.simulate import Trajectory

ACCENT = "#ff5c39"
"The one accent colour: whatever was asked for."
Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Film:
    """An episode to be shown."""

    label: str
    "What the robot is called."
    role: Role
    "start, steered, nearest or other: decides its colour."
    trajectory: Trajectory
    "States and rewards."

    def caption(self, time_step: float, seconds: float) -> str | None:
        """The label, and the fall if the first ``seconds`` show it; None where there is neither."""
        fall = self.fall(time_step)
        words = [self.label] if self.label else []
        if fall is not None and fall < seconds:
            words.append(f"fell after {fall:.1f} s")
        return " · ".join(words) or None

    def fall(self, time_step: float) -> float | None:
        """Seconds after which the robot fell; None if it did not."""
        return len(self.trajectory.reward) * time_step if self.trajectory.fell else None

    @property
    def poses(self) -> Float[Array, "time qpos"]:
        """The episode and, after a fall, what followed."""
        after = self.trajectory.aftermath
        states = self.trajectory.qpos
        return states if after is None else np.concatenate([states, after])

    @property
    def colour(self) -> str | None:
        """Robot colour as #rrggbb; None for the model's own."""
        return ACCENT if self.role == "steered" else None

    def track(self) -> Track:
        """For the player."""
        episode = self.trajectory
        return Track(
            label=self.label, role=self.role, qpos=episode.qpos, reward=episode.reward,
            aftermath=episode.aftermath,
        )  # fmt: skip

    def clip(
        self, spec: EnvSpec, *, format: Format, seconds: float, size: Size, fps: float | None,
        readout: bool,
    ) -> RenderRequest:  # fmt: skip
        """For a moving picture; ``readout`` adds the returns so far."""
        return RenderRequest(
            env=spec.name, qpos=self.poses, width=size[0], height=size[1], seconds=seconds,
            fps=fps, colour=self.colour, caption=self.caption(spec.time_step, seconds),
            format=format, readout=tallies(spec, self.trajectory) if readout else (),
        )  # fmt: skip

    def strip(self, spec: EnvSpec, *, num: int, size: Size) -> StripRequest:
        """For ``num`` key poses side by side, each of ``size`` pixels."""
        return StripRequest(
            env=spec.name, qpos=self.poses, num=num, width=size[0], height=size[1],
            fall=self.fall(spec.time_step), colour=self.colour,
        )  # fmt: skip


def tallies(spec: EnvSpec, trajectory: Trajectory) -> Sequence[Tally]:
    """The returns so far, one tally per objective."""
    start = np.zeros((1, spec.num_objectives))
    so_far = np.concatenate([start, trajectory.reward]).cumsum(0)
    return [
        Tally(title=objective.title, unit=objective.step_unit, values=values)
        for objective, values in zip(spec.objectives, so_far.T, strict=True)
    ]

"""The policy on show (the answer, or a step on the way) and the one beside it."""

from dataclasses import dataclass

import numpy as np

from backend.studio import Overview, SteerAnswer, VerifiedAnswer
from pages.shared import cached, session


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the orange robot is."""

    z: bytes
    "Its latent, as float64 bytes: a cache key."
    label: str
    "What it is called."
    predicted: np.ndarray
    "What the value heads say of it."
    places: dict[str, np.ndarray]
    "Where it stands on each map."
    is_answer: bool = False
    "Whether it is where the solver or its correction ended."
    verified: VerifiedAnswer | None = None
    "What rollouts said of it, if it is the verified answer."

    def place(self, overview: Overview) -> tuple[float, float]:
        """Where it stands on the picture on show; a value plane shows what is predicted."""
        pair = list(session.axes(overview))
        x, y = self.places.get(session.picture(overview), self.predicted[pair])
        return float(x), float(y)


def shown(answer: SteerAnswer, verified: VerifiedAnswer | None) -> Shown:
    """The chosen step of the path, else the verified answer, else the single shot."""
    last = answer.result.num_steps
    step = session.step(session.SOLVER, last)
    return the_answer(answer, verified) if step == last else _on_the_way(answer, step)


def the_answer(answer: SteerAnswer, verified: VerifiedAnswer | None) -> Shown:
    """The verified answer, or the single shot until there is one."""
    if verified is None:
        last = answer.result.num_steps
        return Shown(
            z=answer.result.z.tobytes(), label="single shot", is_answer=True,
            predicted=answer.result.predicted[-1],
            places={name: path[last] for name, path in answer.places.items()},
        )  # fmt: skip
    return Shown(
        z=verified.z.tobytes(), label="verified", is_answer=True, verified=verified,
        predicted=verified.predicted,
        places={name: place[0] for name, place in verified.places.items()},
    )  # fmt: skip


def _on_the_way(answer: SteerAnswer, step: int) -> Shown:
    result = answer.result
    return Shown(
        z=result.path[step].tobytes(), label=f"step {step} of {result.num_steps}",
        predicted=result.predicted[step],
        places={name: path[step] for name, path in answer.places.items()},
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the grey robot is, and what is known of it."""

    policy: str | bytes
    "A policy's id, or a latent as float64 bytes."
    label: str
    "What it is called."
    returns: np.ndarray
    "Measured returns."
    num_episodes: int
    "Episodes behind them."


def beside(overview: Overview, answer: SteerAnswer) -> Beside:
    """The answer of the question that is compared; otherwise the start, or the nearest policy."""
    visit, index = session.compared(), session.compared_index()
    if visit is None or index is None:
        id_ = answer.result.start_id or answer.result.nearest_id
        returns = overview.returns[overview.rows[id_]]
        return Beside(policy=id_, label=id_, returns=returns, num_episodes=overview.num_episodes)
    found = cached.verified(overview.name, visit.request)
    label = f"question {index + 1}"
    if found is not None:
        return Beside(
            policy=found.z.tobytes(), label=label, returns=found.measured.mean,
            num_episodes=len(found.measured.episodes),
        )  # fmt: skip
    z = cached.steer(overview.name, visit.request).result.z.tobytes()
    returns = cached.trajectory(overview.name, z).returns
    return Beside(policy=z, label=label, returns=returns, num_episodes=1)

"""Which poses of an episode to print side by side: one stride in equal parts, if there is one."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Float

STARTUP_S = 2.0
"Seconds after which a gait has settled."
WATCHED_S = 4.0
"Seconds of movement in which a repeat is looked for."
SHORTEST_STRIDE_S, LONGEST_STRIDE_S = 0.1, 1.6
"Periods that count as a stride."
LIKENESS = 0.5
"Autocorrelation of the joint angles below which nothing is said to repeat."
NEARLY_BEST = 0.9
"Share of the best repeat's autocorrelation that makes an earlier one the stride, not half of it."
SPAN_S = 2.0
"Seconds shown where there is no stride to show."
BEFORE_FALL_S, AFTER_FALL_S = 1.2, 0.8
"Seconds shown around a fall."
_ROOT_BODY = 1


def key_times(
    model: mujoco.MjModel, qpos: Float[Array, "time qpos"], time_step: float, num: int, *,
    fall: float | None = None,
) -> Float[Array, "pose"]:  # fmt: skip
    """Seconds at which ``num`` poses are taken from an episode.

    After the start-up, one stride in ``num`` equal parts of its phase, as Muybridge printed
    horses. Where nothing repeats, evenly over two seconds; if the robot fell, over those around
    its ``fall``, in seconds.
    """
    end = (len(qpos) - 1) * time_step
    if fall is not None:
        return np.linspace(max(0.0, fall - BEFORE_FALL_S), min(end, fall + AFTER_FALL_S), num)
    if end < STARTUP_S + SPAN_S:
        return np.linspace(0.0, end, num)
    first = round(STARTUP_S / time_step)
    settled = qpos[first : first + round(WATCHED_S / time_step)]
    stride = stride_seconds(_limbs(model, settled), time_step) or SPAN_S
    return first * time_step + stride * np.arange(num) / num


def stride_seconds(limbs: Float[Array, "time joint"], time_step: float) -> float | None:
    """Seconds after which the joint angles first repeat; None where they do not."""
    angles = limbs - limbs.mean(0)
    longest = min(round(LONGEST_STRIDE_S / time_step) + 1, len(angles) // 2)
    likeness = np.array([_likeness(angles, lag) for lag in range(longest + 1)])
    rising, falling = likeness[1:-1] >= likeness[:-2], likeness[1:-1] > likeness[2:]
    peaks = 1 + np.flatnonzero(rising & falling)
    peaks = peaks[(peaks * time_step >= SHORTEST_STRIDE_S) & (likeness[peaks] >= LIKENESS)]
    if not len(peaks):
        return None
    lag = int(peaks[likeness[peaks] >= NEARLY_BEST * likeness[peaks].max()][0])
    before, at, after = likeness[lag - 1 : lag + 2]  # the top of the parabola through three points
    return float(lag + 0.5 * (before - after) / (before - 2 * at + after)) * time_step


def _likeness(angles: Float[Array, "time joint"], lag: int) -> float:
    early, late = angles[: len(angles) - lag], angles[lag:]
    scale = np.sqrt(np.square(early).sum() * np.square(late).sum())
    return float((early * late).sum() / scale) if scale > 0 else 0.0


def _limbs(model: mujoco.MjModel, qpos: Float[Array, "time qpos"]) -> Float[Array, "time joint"]:
    """The joints that do not move the robot as a whole."""
    return qpos[:, model.jnt_qposadr[model.jnt_bodyid > _ROOT_BODY]]

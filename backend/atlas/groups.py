"""Groups of policies: who is inside a lasso, what they have in common, these minus those.

Latent Space Cartography (Liu et al. 2019): the vector from one group's mean to another's is a
direction one can walk along, and it is only as good as the groups are many and apart. So its
uncertainty travels with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue

NUM_RESAMPLES = 400
"Bootstrap resamples behind a direction's uncertainty."
FEWEST_VERTICES, FEWEST_TO_CONTRAST = 3, 3
PERCENTILES = (5, 50)


@dataclass(frozen=True, kw_only=True)
class Group:
    """What the policies of a group have in common."""

    ids: tuple[str, ...]
    rows: Int[Array, "policy"]
    "Rows of the atlas."
    measured_mean: Float[Array, "objective"]
    "Mean over the group of the policies' measured returns."
    measured_std: Float[Array, "objective"]
    "Standard deviation between the policies of the group."
    z: Float[Array, "latent"]
    "The group's mean latent: *the mean of these*."
    predicted: Float[Array, "objective"]
    "What the value heads say of the mean latent."
    spread: float
    "Root mean squared distance in z from the mean."
    distance_to_data: float
    "From the mean latent to the nearest training policy, in that one's spacings."
    medoid: str
    "The policy nearest to the mean latent: the group's existing representative."


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """*These minus those*: a direction in latent space, and how far it can be trusted."""

    direction: Float[Array, "latent"]
    "Unit vector from the mean of those to the mean of these."
    length: float
    "Distance between the two means."
    cosine_low: float
    "5th percentile of the cosine between the direction and its bootstrap copies."
    cosine_median: float
    "Their median; 1: the same policies drawn again would give the same direction."
    separation: float
    "d′ along the direction, every policy judged by the direction found without it."
    rise: Float[Array, "objective"]
    "Predicted change of the returns per unit of z along the direction."


def inside(
    polygon: Float[Array, "vertex xy"], xy: Float[Array, "policy xy"]
) -> Bool[Array, "policy"]:
    """Even–odd rule: whether a ray from each place to the right crosses the outline oddly often."""
    start, end = polygon, np.roll(polygon, -1, axis=0)
    x, y = xy[:, :1], xy[:, 1:]
    rise = end[:, 1] - start[:, 1]
    spans = (start[:, 1] > y) != (end[:, 1] > y)
    share = (y - start[:, 1]) / np.where(rise == 0, 1.0, rise)
    crossing = start[:, 0] + share * (end[:, 0] - start[:, 0])
    return (spans & (x < crossing)).sum(1) % 2 == 1


def lassoed(atlas: Atlas, map_name: str, polygon: Float[Array, "vertex xy"]) -> tuple[str, ...]:
    """Ids of the policies inside a polygon on a map.

    They come in the atlas' order; it may be nobody. Raises UnknownName, and InvalidValue where
    there are fewer than three vertices.
    """
    if len(polygon) < FEWEST_VERTICES or not np.isfinite(polygon).all():
        came = f"{len(polygon)} vertices"
        raise InvalidValue("lasso", came, f"at least {FEWEST_VERTICES} finite vertices")
    xy = atlas.place(map_name, atlas.z)
    return tuple(atlas.population.ids[row] for row in np.flatnonzero(inside(polygon, xy)))


def group(atlas: Atlas, ids: Sequence[str]) -> Group:
    """Statistics of some policies. Raises InvalidValue for nobody, UnknownName for strangers."""
    if not ids:
        raise InvalidValue("group", "no policy", "at least one policy")
    rows = _rows(atlas, ids)
    z, returns = atlas.z[rows], atlas.population.returns[rows]
    mean = z.mean(0)
    squared = ((z - mean) ** 2).sum(1)
    return Group(
        ids=tuple(ids), rows=rows, measured_mean=returns.mean(0), measured_std=returns.std(0),
        z=mean, predicted=atlas.heads.predict(mean), spread=float(np.sqrt(squared.mean())),
        distance_to_data=float(atlas.cloud.distance(mean[None])[0]),
        medoid=ids[int(squared.argmin())],
    )  # fmt: skip


def _rows(atlas: Atlas, ids: Sequence[str]) -> Int[Array, "policy"]:
    row = {policy: i for i, policy in enumerate(atlas.population.ids)}
    return np.array([row[i] if i in row else atlas.population.row(i) for i in ids])


def contrast(
    atlas: Atlas, these: Sequence[str], those: Sequence[str], *, seed: int = 0
) -> Contrast:
    """These minus those. Policies in both count on neither side.

    Raises InvalidValue where either side keeps fewer than three policies.
    """
    both = set(these) & set(those)
    groups = [[policy for policy in side if policy not in both] for side in (these, those)]
    if min(map(len, groups)) < FEWEST_TO_CONTRAST:
        came = f"{len(groups[0])} and {len(groups[1])} (those in both left out)"
        raise InvalidValue("groups", came, f"at least {FEWEST_TO_CONTRAST} policies on either side")
    a, b = (atlas.z[_rows(atlas, side)] for side in groups)
    difference = a.mean(0) - b.mean(0)
    length = float(np.linalg.norm(difference))
    direction = difference / max(length, 1e-300)
    low, median = np.percentile(bootstrap_cosines(a, b, seed=seed), PERCENTILES)
    return Contrast(
        direction=direction, length=length, cosine_low=float(low), cosine_median=float(median),
        separation=separation(a, b),
        rise=(atlas.heads.weight @ direction) * atlas.heads.returns_std,
    )  # fmt: skip


def bootstrap_cosines(
    a: Float[Array, "these latent"], b: Float[Array, "those latent"], *, seed: int,
    num: int = NUM_RESAMPLES,
) -> Float[Array, "resample"]:  # fmt: skip
    """Cosines between mean(a) − mean(b) and the same of resamples drawn with replacement."""
    rng = np.random.default_rng(seed)
    copies = _resampled_means(a, num, rng) - _resampled_means(b, num, rng)
    difference = a.mean(0) - b.mean(0)
    norms = np.linalg.norm(copies, axis=1) * np.linalg.norm(difference)
    return copies @ difference / np.maximum(norms, 1e-300)


def separation(a: Float[Array, "these latent"], b: Float[Array, "those latent"]) -> float:
    """d′ = (mean score of a − mean score of b) / √((var a + var b) / 2), left one out.

    A policy's score is its place along the direction between the two means found without it,
    measured from their midpoint: in 32 dimensions any two handfuls look apart on their own
    direction, and would here too if they scored themselves.
    """
    scores = _scores_left_out(a, b), -_scores_left_out(b, a)
    spread = np.sqrt((scores[0].var(ddof=1) + scores[1].var(ddof=1)) / 2)
    return float((scores[0].mean() - scores[1].mean()) / max(spread, 1e-300))


def _scores_left_out(own: Array, other: Array) -> Float[Array, "policy"]:
    """Place of each policy between the other group's mean and its own group's without it."""
    rest, far = (own.sum(0) - own) / (len(own) - 1), other.mean(0)
    direction = rest - far
    direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-300)
    return ((own - (rest + far) / 2) * direction).sum(1)


def _resampled_means(
    z: Array, num: int, rng: np.random.Generator
) -> Float[Array, "resample latent"]:
    counts = rng.multinomial(len(z), np.full(len(z), 1 / len(z)), size=num)
    return counts @ z / len(z)

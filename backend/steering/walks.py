"""Walks through latent space: from A to B, straight or along the data; and along a level set.

*Straight* is what interpolation usually means. *On the data* is the way through the policies whose
hops' squared lengths add to the least (many short hops beat one long one), drawn taut by pulling
every step between its fellows and onto the local tangent plane. *Value-neutral* keeps what the
value heads predict and moves everything else: the same returns, another gait.
"""

from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import pairwise, sketched
from backend.errors import InvalidValue
from backend.steering.descent import tangent_projector
from backend.threads import one_thread

AROUND, VARIANCE = 100, 0.98
"""Items that span a tangent plane, and the share of their variance it keeps: both more than the
solver's, whose planes at the rim may hold nothing but the returns' own directions."""
NUM_STEPS = 25
MOST_STEPS = 201
NUM_ROUNDS = 8
"Rounds of drawing taut."
STRIDE = 0.25
"Of a marching step, in spacings of the nearest policy."
FARTHEST = 1.5
"A march ends this many spacings from the data."
MAX_MARCH = 120
"Steps to either side."
TURNED_BACK = 0.3
"A march ends where less than this share of its direction is left on the data."


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Latents in order, what is predicted of them, and how far they are from the data."""

    z: Float[Array, "step latent"]
    predicted: Float[Array, "step objective"]
    "What the value heads say of every step."
    distance_to_data: Float[Array, "step"]
    "To the nearest training latent, in that one's spacings."
    length: Float[Array, "step"]
    "Way gone since the first step, in units of z."
    origin: int = 0
    "The step one started from: the first of a walk to somewhere, inside a walk to both sides."


def straight_walk(
    atlas: Atlas, start: Float[Array, "latent"], end: Float[Array, "latent"], *,
    num_steps: int = NUM_STEPS,
) -> Walk:  # fmt: skip
    """z(t) = (1 − t) A + t B in even steps."""
    _check(num_steps)
    return _walk(atlas, start + np.linspace(0, 1, num_steps)[:, None] * (end - start))


def data_walk(
    atlas: Atlas, start: Float[Array, "latent"], end: Float[Array, "latent"], *,
    num_steps: int = NUM_STEPS,
) -> Walk:  # fmt: skip
    """From A to B through the training policies, drawn taut, in even steps."""
    _check(num_steps)
    crowd = atlas.cloud.z[sketched(len(atlas.cloud.z))]
    stops = np.concatenate([start[None], crowd, end[None]])
    z = evenly(stops[shortest_hops(stops)], num_steps)
    for _ in range(NUM_ROUNDS):
        middle = (z[:-2] + z[2:]) / 2
        z[1:-1] = (middle + _onto_plane(middle, atlas.items)) / 2
        z = evenly(z, num_steps)
    return _walk(atlas, z)


def neutral_walk(
    atlas: Atlas, z: Float[Array, "latent"], *, way: int = 0,
    direction: Float[Array, "latent"] | None = None,
) -> Walk:  # fmt: skip
    """To both sides of z along the level set of all returns, as far as the data allow.

    With A the heads' weights and P the local tangent projector, steps are taken in the range of
    P − P Aᵀ (A P Aᵀ)⁺ A P: on the data's tangent plane, and A dz = 0, so that predicted returns
    stay exactly what they are. The first step follows ``direction`` (of which only that part is
    left), or else the ``way``-th widest neutral direction of the policies around. Raises
    InvalidValue where there is none.
    """
    return _march(atlas, z, atlas.heads.weight, way, direction)


def direction_walk(
    atlas: Atlas, z: Float[Array, "latent"], direction: Float[Array, "latent"]
) -> Walk:
    """To both sides of z along a direction, kept on the data; returns change as they may."""
    return _march(atlas, z, np.zeros((1, len(z))), 0, direction)


def num_neutral_ways(atlas: Atlas, z: Float[Array, "latent"]) -> int:
    """How many directions at z change behaviour but no predicted return."""
    return round(float(np.trace(_neutral(_tangent(z, atlas.items), atlas.heads.weight))))


def evenly(z: Float[Array, "_ latent"], num_steps: int) -> Float[Array, "step latent"]:
    """The same polyline in ``num_steps`` latents, each as far along it as from the next."""
    hops = np.linalg.norm(np.diff(z, axis=0), axis=1)
    gone = np.concatenate([[0.0], np.cumsum(hops)])
    wanted = np.linspace(0, gone[-1], num_steps)
    return np.stack([np.interp(wanted, gone, column) for column in z.T], axis=1)


def shortest_hops(stops: Float[Array, "stop latent"]) -> Int[Array, "step"]:
    """Rows from the first stop to the last whose squared hops add to the least (Dijkstra)."""
    cost = pairwise(stops, stops) ** 2
    total, before = cost[0].copy(), np.zeros(len(stops), int)
    open_ = np.ones(len(stops), bool)
    open_[0] = False
    while open_[-1]:
        here = int(np.where(open_, total, np.inf).argmin())
        open_[here] = False
        better = open_ & (total[here] + cost[here] < total)
        total[better], before[better] = (total[here] + cost[here])[better], here
    way = [len(stops) - 1]
    while way[-1] != 0:
        way.append(int(before[way[-1]]))
    return np.array(way[::-1])


def _march(atlas: Atlas, z: Array, weight: Array, way: int, direction: Array | None) -> Walk:
    tangent = _tangent(z, atlas.items)
    first = _first_step(_neutral(tangent, weight), z, atlas, way, direction)
    sides = [_side(atlas, z, sign * first, weight) for sign in (-1, 1)]
    path = np.array([*sides[0][::-1], z, *sides[1]])
    return _walk(atlas, path, origin=len(sides[0]))


def _first_step(
    allowed: Array, z: Array, atlas: Atlas, way: int, direction: Array | None
) -> Float[Array, "latent"]:
    """The unit vector one sets out along."""
    if direction is None:
        nearest = atlas.items[pairwise(z[None], atlas.items)[0].argsort()[:AROUND]]
        cloud = (nearest - nearest.mean(0)) @ allowed
        spread, ways = np.linalg.eigh(cloud.T @ cloud)
        num = round(float(np.trace(allowed)))
        if not 0 <= way < num:
            raise InvalidValue("way", way, f"a whole number from 0 to {num - 1}")
        step = ways[:, spread.argsort()[::-1][way]]
        step = step * np.sign(step[np.abs(step).argmax()])  # eigenvectors have no sign of their own
    else:
        step = allowed @ direction
    length = np.linalg.norm(step)
    if length <= 1e-9 * max(1.0, 0.0 if direction is None else float(np.linalg.norm(direction))):
        raise InvalidValue("direction", "one that leaves the data", "a direction along the data")
    return step / length


def _side(atlas: Atlas, origin: Array, direction: Array, weight: Array) -> list[Array]:
    """Steps along the data until it ends, turns the direction back, or leads home again."""
    steps, z, away = [], origin, 0.0
    level = np.eye(len(z)) - np.linalg.pinv(weight) @ weight
    for _ in range(MAX_MARCH):
        rows, _ = atlas.cloud.neighbours(z[None], 1)
        ahead = z + STRIDE * atlas.cloud.spacing[rows[0, 0]] * direction
        pull = _onto_plane(ahead[None], atlas.items)[0] - ahead
        z = ahead + level @ pull / 2
        onward = _neutral(_tangent(z, atlas.items), weight) @ direction
        left, last = float(np.linalg.norm(onward)), away
        away = float(np.linalg.norm(z - origin))
        if left < TURNED_BACK or away <= last or atlas.cloud.distance(z[None])[0] > FARTHEST:
            break
        direction = onward / left
        steps.append(z)
    return steps


def _neutral(tangent: Array, weight: Array) -> Float[Array, "latent latent"]:
    """Projector on the directions of a tangent plane that the heads do not see."""
    seen = tangent @ weight.T
    return tangent - seen @ np.linalg.pinv(weight @ seen, hermitian=True) @ seen.T


def _tangent(z: Array, items: Array) -> Float[Array, "latent latent"]:
    return _projectors(z[None], items)[0]


def _onto_plane(z: Float[Array, "step latent"], items: Array) -> Float[Array, "step latent"]:
    """Nearest latents on the tangent planes: m + P (z − m), m the mean of the items around."""
    num = min(AROUND, len(items))
    nearest = np.argpartition(pairwise(z, items), num - 1, axis=1)[:, :num]
    mean = items[nearest].mean(1)
    return mean + np.einsum("sij,sj->si", _projectors(z, items), z - mean)


def _projectors(z: Array, items: Array) -> Float[Array, "step latent latent"]:
    with torch.no_grad(), one_thread():
        batch, cloud = torch.from_numpy(z), torch.from_numpy(items)
        return tangent_projector(batch, cloud, AROUND, VARIANCE).numpy()


def _walk(atlas: Atlas, z: Array, origin: int = 0) -> Walk:
    hops = np.linalg.norm(np.diff(z, axis=0), axis=1)
    return Walk(
        z=z, predicted=atlas.heads.predict(z), distance_to_data=atlas.cloud.distance(z),
        length=np.concatenate([[0.0], np.cumsum(hops)]), origin=origin,
    )  # fmt: skip


def _check(num_steps: int) -> None:
    if not 2 <= num_steps <= MOST_STEPS:
        raise InvalidValue("steps", num_steps, f"a whole number from 2 to {MOST_STEPS}")

"""The modes of a density on scattered nodes: peaks, and the share of mass that belongs to each."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from backend.action_latents.polynomial.density import PolynomialDensity
from backend.arrays import Array, Float, Int

LEAST_MASS, LEAST_RISE = 0.01, 1e-4
"Peaks that gather less, or rise fewer nats above the pass to a higher one, are ripples, not modes."


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One peak."""

    action: Float[Array, "action"]
    "The node of highest density."
    mass: float
    "Share of the probability whose steepest ascent ends here."
    log_density: float
    "At the peak."


def modes(density: PolynomialDensity) -> list[Mode]:
    """Peaks of one density, at least one, the heaviest first.

    Every node climbs to its best neighbour, and on.
    """
    nodes = density.family.quadrature.nodes.double().numpy()
    log_density = density.log_density.detach().double().numpy()
    masses = density.masses.detach().double().numpy()
    peak = _summits(nodes, log_density)
    found = [
        Mode(action=nodes[i], mass=float(masses[peak == i].sum()),
             log_density=float(log_density[i]))
        for i in np.unique(peak)
    ]  # fmt: skip
    found.sort(key=lambda mode: -mode.mass)
    return found[:1] + [mode for mode in found[1:] if mode.mass >= LEAST_MASS]


def _summits(
    nodes: Float[Array, "node action"], height: Float[Array, "node"]
) -> Int[Array, "node"]:
    """The peak that each node ends at."""
    num_neighbours = min(3 ** nodes.shape[1], len(nodes))
    _, near = KDTree(nodes).query(nodes, num_neighbours)
    near = np.asarray(near).reshape(len(nodes), -1)
    uphill = near[np.arange(len(nodes)), height[near].argmax(1)]
    while True:
        higher = uphill[uphill]
        if np.array_equal(higher, uphill):
            return _joined(uphill, near, height)
        uphill = higher


def _joined(
    peak: Int[Array, "node"], near: Int[Array, "node neighbour"], height: Float[Array, "node"]
) -> Int[Array, "node"]:
    """Each node's peak, once peaks that hardly rise above a pass are given to the higher one.

    Passes are gone through from the highest down, so that a plateau becomes one peak.
    """
    node, other = np.nonzero(peak[near] != peak[:, None])
    other = near[node, other]
    passes = np.minimum(height[node], height[other])
    owner = list(range(len(height)))
    for edge in np.argsort(-passes, kind="stable").tolist():
        sides = [_owner(owner, int(peak[side[edge]])) for side in (node, other)]
        lower, higher = sorted(sides, key=height.__getitem__)
        if height[lower] - passes[edge] < LEAST_RISE:
            owner[lower] = higher
    return np.array([_owner(owner, i) for i in peak.tolist()])


def _owner(owner: list[int], node: int) -> int:
    """Follow what was given away; the way is made shorter for the next who asks."""
    while owner[node] != node:
        owner[node] = owner[owner[node]]
        node = owner[node]
    return node

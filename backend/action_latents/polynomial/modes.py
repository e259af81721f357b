"""The modes of a density on scattered nodes: peaks, and the share of mass that belongs to each."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from backend.action_latents.polynomial.density import PolynomialDensity
from backend.arrays import Array, Float, Int

LEAST_MASS = 0.01
"Peaks that gather less are ripples, not modes."


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
    """Peaks of one density, the heaviest first. Every node climbs to its best neighbour, and on."""
    nodes = density.family.quadrature.nodes.double().numpy()
    log_density = density.log_density.detach().double().numpy()
    masses = density.masses.detach().double().numpy()
    peak = _summits(nodes, log_density)
    found = [
        Mode(action=nodes[i], mass=float(masses[peak == i].sum()),
             log_density=float(log_density[i]))
        for i in np.unique(peak)
    ]  # fmt: skip
    kept = [mode for mode in found if mode.mass >= LEAST_MASS]
    return sorted(kept, key=lambda mode: -mode.mass)


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
            return uphill
        uphill = higher

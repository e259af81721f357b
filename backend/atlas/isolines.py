"""Iso-lines of a function known on a grid: marching triangles.

Every square of the grid is cut into two triangles. A level crosses either none or two edges of a
triangle, so the crossings chain up into lines without the ambiguous cases of marching squares.
"""

from collections import defaultdict

import numpy as np

from backend.arrays import Array, Float

Edge = tuple[int, int]


def isolines(
    x: Float[Array, "column"],
    y: Float[Array, "row"],
    value: Float[Array, "row column"],
    level: float,
) -> list[Float[Array, "_ xy"]]:
    """The lines on which ``value``, taken as flat on every triangle, equals ``level``.

    A closed line ends where it began. Triangles with a NaN corner are left out: nothing is known
    there.
    """
    where = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    above = np.where(np.isnan(value), np.nan, value - level).ravel()
    above = np.where(above == 0, 1e-12, above)  # a level through a node would cross at a corner
    neighbours: dict[Edge, list[Edge]] = defaultdict(list)
    for corners in _triangles(*value.shape):
        side = above[corners]
        for triangle in corners[~np.isnan(side).any(1) & (np.abs(np.sign(side).sum(1)) < 3)]:
            first, second = _crossed(triangle.tolist(), above)
            neighbours[first].append(second)
            neighbours[second].append(first)
    return [_place(chain, where, above) for chain in _chains(neighbours)]


def _triangles(num_rows: int, num_columns: int) -> tuple[Array, Array]:
    node = np.arange(num_rows * num_columns).reshape(num_rows, num_columns)
    a, b, c, d = node[:-1, :-1], node[:-1, 1:], node[1:, :-1], node[1:, 1:]
    lower, upper = np.stack([a, b, d], -1), np.stack([a, c, d], -1)
    return lower.reshape(-1, 3), upper.reshape(-1, 3)


def _crossed(triangle: list[int], above: Array) -> list[Edge]:
    pairs = [(triangle[i], triangle[j]) for i, j in ((0, 1), (1, 2), (0, 2))]
    return [(min(p), max(p)) for p in pairs if (above[p[0]] > 0) != (above[p[1]] > 0)]


def _chains(neighbours: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    """Open lines from their ends, then closed ones from anywhere."""
    ends = [edge for edge, near in neighbours.items() if len(near) == 1]
    chains, used = [], set()
    for start in (*ends, *neighbours):
        if start in used:
            continue
        chain, edge = [], start
        while edge is not None:
            used.add(edge)
            chain.append(edge)
            edge = next((e for e in neighbours[edge] if e not in used), None)
        closed = len(chain) > 2 and start in neighbours[chain[-1]]
        chains.append([*chain, start] if closed else chain)
    return chains


def _place(chain: list[Edge], where: Array, above: Array) -> Float[Array, "vertex xy"]:
    first, second = np.array(chain).T
    share = above[first] / (above[first] - above[second])
    return where[first] + share[:, None] * (where[second] - where[first])

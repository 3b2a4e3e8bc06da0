"""Graph: the pixels of a skeleton as nodes (ends, junctions) and edges between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nijigen.lines._geometry import Ints
from nijigen.lines._skeleton.thinning import Thinned

# The 4 direct neighbors clockwise, then the diagonals, each between the two before it.
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
_SIDES = ((0, 1), (1, 2), (2, 3), (3, 0))


@dataclass
class Edge:
    """A chain of pixels between two nodes.

    Attributes:
        pixels: Indices of its pixels in the skeleton, those of both nodes included.
        nodes: Its two nodes; -1 twice for a loop without nodes.
    """

    pixels: list[int]
    nodes: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes and edges of a skeleton.

    Attributes:
        edges: The edges.
        node: int64 ``(N,)``: number of the node of each pixel; -1 is none.
        count: Number of nodes.
    """

    edges: list[Edge]
    node: Ints
    count: int


def graph_of(thin: Thinned, width: int) -> Graph:
    """Return the graph of a skeleton.

    Pixels are connected by their sides; by a corner only if they do not also share a neighbor, so
    that a step in a line is not a junction.

    Args:
        thin: The skeleton.
        width: Columns of the page.
    """
    beside = _neighbors(thin, width)
    degree = (beside >= 0).sum(axis=1)
    node, count = _nodes(beside, degree)
    order = np.argsort(beside < 0, axis=1, kind="stable")
    packed = np.take_along_axis(beside, order, axis=1)
    near, degrees = packed[:, :2].tolist(), degree.tolist()
    nodes = node.tolist()
    edges: list[Edge] = []
    done: set[tuple[int, int]] = set()
    seen = bytearray(len(degrees))

    def walked(first: int, second: int) -> list[int]:
        chain = [first, second]
        before, now = first, second
        while degrees[now] == 2 and now != first:
            seen[now] = 1
            one, two = near[now]
            before, now = now, two if one == before else one
            chain.append(now)
        return chain

    for pixel in np.flatnonzero((degree > 0) & (degree != 2)).tolist():
        for other in packed[pixel, : degrees[pixel]].tolist():
            if (pixel, other) in done or nodes[other] == nodes[pixel]:
                continue
            chain = walked(pixel, other)
            done.add((chain[-1], chain[-2]))
            edges.append(Edge(chain, (nodes[pixel], nodes[chain[-1]])))
    for pixel in np.flatnonzero(degree == 2).tolist():
        if not seen[pixel]:
            seen[pixel] = 1
            edges.append(Edge(walked(pixel, near[pixel][0]), (-1, -1)))
    edges += [Edge([pixel], (nodes[pixel],) * 2) for pixel in np.flatnonzero(degree == 0).tolist()]
    return Graph(edges, node, count)


def _neighbors(thin: Thinned, width: int) -> Ints:
    """Return the indices of the connected pixels, ``(N, 8)``; -1 is none."""
    span = width + 2
    keys = thin.y * span + thin.x + 1
    found = np.full((len(keys), 8), -1, np.int64)
    for column, (dy, dx) in enumerate(_STEPS):
        wanted = keys + dy * span + dx
        place = np.searchsorted(keys, wanted).clip(0, max(len(keys) - 1, 0))
        found[:, column] = np.where(keys[place] == wanted, place, -1)
    for column, (one, two) in enumerate(_SIDES, start=4):
        found[(found[:, one] >= 0) | (found[:, two] >= 0), column] = -1
    return found


def _nodes(beside: Ints, degree: Ints) -> tuple[Ints, int]:
    """Return the number of the node of each pixel; junctions that touch are one node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(degree)
    joint = degree >= 3
    pixel, column = np.nonzero((beside >= 0) & joint[:, None])
    other = beside[pixel, column]
    both = joint[other]
    links = coo_array((np.ones(int(both.sum())), (pixel[both], other[both])), shape=(size, size))
    parts = connected_components(links, directed=False)[1].astype(np.int64)
    at = degree != 2
    node = np.full(size, -1, np.int64)
    names, numbers = np.unique(parts[at], return_inverse=True)
    node[at] = numbers
    return node, len(names)

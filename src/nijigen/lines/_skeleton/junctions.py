"""Junctions: edges of a skeleton joined into the strokes that were drawn.

Thinning leaves spurs at the corners of strokes, turns a crossing into two junctions with a bridge
between them, and bends strokes towards each other where they meet. Spurs are removed, bridges are
contracted, and edges that continue each other through a junction become one stroke.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from nijigen.lines._geometry import Bools, Floats, Ints, lengths, turn, unit
from nijigen.lines._skeleton.graph import Edge, Graph
from nijigen.lines._skeleton.thinning import Thinned

_SPUR = (0.6, 1.3)
"""A branch at a junction that reaches no further beyond the ink of the junction than this multiple
of half its width, plus pixels, is the corner of a stroke."""
_BRIDGE = 1.1
"""Longest bridge, relative to half the widths at its ends."""
_ACUTE, _LONGEST, _ASIDE = 1.4, 14.0, np.radians(50)
"""Strokes that cross at an acute angle share their ink for longer than they are wide. The longest
bridge, relative to that of two straight ones; to the width; and how far branches may turn aside."""
_STRAIGHT, _BENT = np.radians((60, 110))
"""Maximum turn of a stroke through a junction; then, of what is left, of one with a corner."""
_MOST = 48
"""Sides of edges at a junction; where more meet is a net, such as grain, through which no stroke
goes on, and whose pairs are too many to compare."""
_UNLIKE = 0.3
"""Turn in radians that counts as much as twice the width."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke as center pixels.

    Attributes:
        pixels: Indices of its pixels in the skeleton.
        sure: bool for each pixel: whether it is outside of junctions, where centers are off.
        bends: Places in ``pixels`` of corners at junctions.
        nodes: The junctions at its two ends; -1 is a free end.
        through: Junctions that it passes, as (node, place in ``pixels``).
        closed: Whether it is a loop.
    """

    pixels: Ints
    sure: np.ndarray[tuple[int], np.dtype[np.bool_]]
    bends: list[int]
    nodes: tuple[int, int]
    through: list[tuple[int, int]]
    closed: bool


class Junctions:
    """The junctions of a skeleton, repaired.

    Args:
        graph: Its graph.
        thin: Its pixels.

    Attributes:
        places: float64 ``(K, 2)``: mean of the pixels of each node.
        half: float64 ``(K,)``: half the width of the ink at each node.
    """

    def __init__(self, graph: Graph, thin: Thinned) -> None:
        self._edges = graph.edges
        self._at = thin.places
        self._half = thin.half
        self._alive = [True] * len(graph.edges)
        self._owner = list(range(graph.count))
        self._bend: set[tuple[int, int]] = set()
        inside = graph.node >= 0
        self.half = np.zeros(graph.count)
        np.maximum.at(self.half, graph.node[inside], thin.half[inside])
        self.places = self._centers(graph.node[inside], self._at[inside], graph.count)
        for _ in range(2):
            self._prune()
        self._contract()
        self._degree: Counter[int] = Counter(
            {node: len(sides) for node, sides in self._incident().items()}
        )
        self._partner = self._pairs()

    @staticmethod
    def _centers(node: Ints, at: Floats, count: int) -> Floats:
        size = np.maximum(np.bincount(node, minlength=count), 1)
        return np.stack([np.bincount(node, at[:, n], count) / size for n in (0, 1)], axis=1)

    def _incident(self) -> dict[int, list[tuple[int, int]]]:
        """Return for each node the sides of edges at it, as (edge, 0 or 1)."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, edge in enumerate(self._edges):
            if self._alive[number] and edge.nodes[0] >= 0 and len(edge.pixels) > 1:
                for side in (0, 1):
                    found.setdefault(self._owner[edge.nodes[side]], []).append((number, side))
        return found

    def _reach(self, edge: Edge, side: int) -> float:
        """Return how far the ink of a branch reaches beyond that of the junction at a side."""
        root, tip = edge.pixels[-side], edge.pixels[side - 1]
        way = float(np.hypot(*(self._at[tip] - self.places[edge.nodes[side]])))
        return max(way, 0.7 * len(edge.pixels)) + float(self._half[tip] - self._half[root])

    def _prune(self) -> None:
        incident = self._incident()
        for node, sides in incident.items():
            if len(sides) < 3:
                continue
            limit = _SPUR[0] * self.half[node] + _SPUR[1]
            reach = {
                number: self._reach(self._edges[number], side)
                for number, side in sides
                if len(incident[self._owner[self._edges[number].nodes[1 - side]]]) == 1
            }
            spurs = sorted((far, number) for number, far in reach.items() if far < limit)
            # Two branches are left of what has no others.
            for _, number in spurs[: max(len(sides) - 2, 0)] if len(spurs) == len(sides) else spurs:
                self._alive[number] = False

    def _contract(self) -> None:
        incident = self._incident()
        _, way, _ = self._directions()
        for number, edge in enumerate(self._edges):
            if not self._alive[number] or edge.nodes[0] < 0 or edge.nodes[0] == edge.nodes[1]:
                continue
            one, two = edge.nodes
            if min(len(incident.get(node, ())) for node in (one, two)) < 3:
                continue
            wide = float(self.half[one] + self.half[two])
            length = len(edge.pixels) - 1
            if length <= _BRIDGE * wide or (
                length <= _LONGEST * wide and length <= _shared(number, edge, incident, way) * wide
            ):
                self._alive[number] = False
                self._join(one, two)
        roots = np.array([self._root(node) for node in range(len(self._owner))], np.int64)
        self._owner = roots.tolist()
        if len(roots):
            self.places = self._centers(roots, self.places, len(roots))
            half = np.zeros(len(roots))
            np.maximum.at(half, roots, self.half)
            self.half = half

    def _root(self, node: int) -> int:
        while self._owner[node] != node:
            self._owner[node] = self._owner[self._owner[node]]
            node = self._owner[node]
        return node

    def _join(self, one: int, two: int) -> None:
        one, two = self._root(one), self._root(two)
        self._owner[max(one, two)] = min(one, two)

    def _directions(self) -> tuple[Floats, Floats, Floats]:
        """Return for each side of each edge where it leaves its node, which way, and how wide."""
        count = len(self._edges)
        length = np.array([len(edge.pixels) for edge in self._edges], np.int64)
        start = np.cumsum(length) - length
        flat = np.concatenate([[0], *(edge.pixels for edge in self._edges)])[1:].astype(np.int64)
        near, far = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
        ends = np.array([edge.nodes for edge in self._edges], np.int64).reshape(-1, 2)
        half = self.half[np.array(self._owner, np.int64)[ends]] if len(self.half) else ends * 0.0
        skip = np.ceil(half).astype(np.int64) + 1
        more = np.clip(np.rint(2 * half), 5, 14).astype(np.int64)
        last = (length - 1)[:, None]
        # A short edge is taken as a whole.
        short = skip + 3 > last
        first_step = np.where(short, 0, skip)
        second_step = np.minimum(first_step + more, last)
        for side in (0, 1):
            one, two = first_step[:, side], second_step[:, side]
            near[:, side] = start + (last[:, 0] - one if side else one)
            far[:, side] = start + (last[:, 0] - two if side else two)
        near, far = flat[near], flat[far]
        return self._at[near], unit(self._at[far] - self._at[near]), self._half[far]

    def _pairs(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return for sides of edges the side in which the stroke goes on."""
        partner: dict[tuple[int, int], tuple[int, int]] = {}
        incident = self._incident()
        candidates = [
            (node, *pair)
            for node, sides in incident.items()
            if 1 < len(sides) <= _MOST
            for pair in combinations(sides, 2)
        ]
        if not candidates:
            return partner
        place, way, half = self._directions()
        one = tuple(np.array([c[1] for c in candidates]).T)
        two = tuple(np.array([c[2] for c in candidates]).T)
        chord = place[two] - place[one]
        apart = lengths(chord)
        direct = turn(-way[one], way[two])
        bent = turn(-way[one], chord) + turn(chord, way[two])
        cost = np.where(apart < 2, direct, np.maximum(direct, 0.5 * (direct + bent)))
        unlike = np.abs(np.log2(np.maximum(half[one], 0.5) / np.maximum(half[two], 0.5)))
        alone = np.array([len(incident[c[0]]) == 2 for c in candidates])
        order = np.argsort(np.where(alone, 0, cost + _UNLIKE * unlike), kind="stable")
        for limit in (_STRAIGHT, _BENT):
            for number in order.tolist():
                _, first, second = candidates[number]
                if first in partner or second in partner:
                    continue
                if alone[number] or cost[number] <= limit:
                    partner[first], partner[second] = second, first
                    if cost[number] > _STRAIGHT:
                        self._bend |= {first, second}
        return partner

    def strokes(self) -> Iterator[Stroke]:
        """Yield the strokes that were drawn."""
        pixels, sure = self._chains()
        done = [not alive for alive in self._alive]
        for number, edge in enumerate(self._edges):
            if done[number]:
                continue
            # Back to where the stroke begins, or around a loop.
            side = (number, 0)
            while side in self._partner:
                other, its = self._partner[side]
                side = (other, 1 - its)
                if other == number:
                    break
            parts, closed = [], edge.nodes[0] < 0
            while True:
                done[side[0]] = True
                parts.append(side)
                out = (side[0], 1 - side[1])
                if out not in self._partner:
                    break
                side = self._partner[out]
                if done[side[0]]:
                    closed = True
                    break
            yield self._stroke(parts, closed, pixels, sure)

    def _chains(self) -> tuple[list[Ints], list[Bools]]:
        """Return for each edge its pixels, and which of them are outside of junctions."""
        length = np.array([len(edge.pixels) for edge in self._edges], np.int64)
        start = np.cumsum(length) - length
        pixels = np.fromiter(
            chain.from_iterable(edge.pixels for edge in self._edges), np.int64, int(length.sum())
        )
        sure = np.ones(len(pixels), np.bool_)
        number = np.repeat(np.arange(len(length)), length)
        for side, root in ((0, start), (1, start + length - 1)):
            node = np.array([self._end((n, side)) for n in range(len(self._edges))], np.int64)
            inner = np.flatnonzero(node[number] >= 0)
            edge = number[inner]
            place, half = self._at[pixels[inner]], self.half[node[edge]]
            sure[inner] &= lengths(place - self._at[pixels[root[edge]]]) > half + 0.5
            sure[inner] &= lengths(place - self.places[node[edge]]) > half
        return np.split(pixels, start[1:]), np.split(sure, start[1:])

    def _stroke(
        self,
        parts: list[tuple[int, int]],
        closed: bool,
        pixels: list[Ints],
        sure: list[Bools],
    ) -> Stroke:
        """Join edges, each given with the side at which it begins."""
        chains, certain = [], []
        bends, through = [], []
        total = 0
        for number, side in parts:
            order = slice(None, None, -1 if side else 1)
            part, good = pixels[number][order], sure[number][order]
            nodes = self._edges[number].nodes
            if nodes[0] < 0:
                part, good = part[:-1], good[:-1]
            if (number, side) in self._partner:
                through.append((self._owner[nodes[side]], total))
                if (number, side) in self._bend:
                    bends.append(total)
            if not good.any():
                good = good.copy()
                good[len(part) // 2] = True
            chains.append(part)
            certain.append(good)
            total += len(part)
        first, last = parts[0], parts[-1]
        ends = (self._end(first), self._end((last[0], 1 - last[1])))
        return Stroke(np.concatenate(chains), np.concatenate(certain), bends, ends, through, closed)

    def _end(self, side: tuple[int, int]) -> int:
        """Return the junction at an end of a stroke; -1 if the end is free."""
        node = self._edges[side[0]].nodes[side[1]]
        root = self._owner[node] if node >= 0 else -1
        return root if root >= 0 and self._degree[root] > 1 else -1

    def meetings(self) -> Floats:
        """Return the places at which at least three branches meet, ``(J, 2)``."""
        return self.places[[node for node, count in self._degree.items() if count > 2]]


def _shared(
    number: int, edge: Edge, incident: dict[int, list[tuple[int, int]]], way: Floats
) -> float:
    """Return how long two strokes that cross would share an edge, relative to their width.

    0 if they do not cross there: both ends of the edge have to fork into two.
    """
    angles = []
    for side in (0, 1):
        branches = [one for one in incident[edge.nodes[side]] if one != (number, side)]
        if len(branches) != 2:
            return 0.0
        ways = [way[one] for one in branches]
        if max(float(turn(one, -way[number, side])) for one in ways) > _ASIDE:
            return 0.0
        angles.append(float(turn(*ways)))
    return _ACUTE / math.tan(max(sum(angles) / 4, 0.05))

"""Links: pieces of one stroke, joined where its ink was too faint to be followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nijigen.lines._geometry import Floats, dot, lengths, unit
from nijigen.lines._skeleton.junctions import Stroke
from nijigen.lines._vectors.centers import Bytes, sampled

_WIDEST = 6.0
"""Distance in pixels between the last pixels of two pieces."""
_AHEAD = np.cos(np.radians(40))
"""Cosine of the most that a stroke turns between two pieces."""
_SPECK = 4
"""Pieces of fewer pixels have no direction of their own."""
_TRACE = 8
"""Pixels over which the direction of an end is measured."""


def linked(ink: Bytes, strokes: Sequence[Stroke], at: Floats) -> list[Stroke]:
    """Join strokes whose free ends point at each other, with faint ink all the way between them.

    White paper between two ends is a gap that was drawn.

    Args:
        ink: uint8 ``(H, W)``.
        strokes: Strokes of a page.
        at: ``(N, 2)``: places of the pixels of the skeleton.
    """
    ends = [
        (number, side)
        for number, stroke in enumerate(strokes)
        for side in (0, 1)
        if not stroke.closed and stroke.nodes[side] < 0
    ]
    other = _pairs(ink, ends, *_tips(strokes, ends, at))
    done = [False] * len(strokes)
    result = []
    # What no loose end leads to is a ring of pieces, which stays open at its first one.
    starts = [(n, side) for n in range(len(strokes)) for side in (0, 1) if (n, side) not in other]
    for start in (*starts, *((n, 0) for n in range(len(strokes)))):
        pieces = []
        end = start
        while not done[end[0]]:
            done[end[0]] = True
            pieces.append(strokes[end[0]] if end[1] == 0 else _reversed(strokes[end[0]]))
            end = other.get((end[0], 1 - end[1]), end)
        if pieces:
            result.append(pieces[0] if len(pieces) == 1 else _joined(pieces))
    return result


def _tips(
    strokes: Sequence[Stroke], ends: Sequence[tuple[int, int]], at: Floats
) -> tuple[Floats, Floats]:
    """Return the places of ends and their directions; that of a speck is zero."""
    tips, ways = np.zeros((len(ends), 2)), np.zeros((len(ends), 2))
    for n, (number, side) in enumerate(ends):
        pixels = strokes[number].pixels[:: -1 if side else 1]
        tips[n] = at[pixels[0]]
        if len(pixels) >= _SPECK:
            ways[n] = tips[n] - at[pixels[min(_TRACE, len(pixels) - 1)]]
    return tips, unit(ways)


def _pairs(
    ink: Bytes, ends: Sequence[tuple[int, int]], tips: Floats, ways: Floats
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for ends the end of another stroke at which each goes on."""
    from scipy.spatial import cKDTree

    other: dict[tuple[int, int], tuple[int, int]] = {}
    if len(ends) < 2:
        return other
    pairs = cKDTree(tips).query_pairs(_WIDEST, output_type="ndarray")
    stroke = np.array([number for number, _ in ends])
    pairs = pairs[stroke[pairs[:, 0]] != stroke[pairs[:, 1]]]
    between = tips[pairs[:, 1]] - tips[pairs[:, 0]]
    size = lengths(between)
    cost = size.copy()
    good = np.ones(len(pairs), np.bool_)
    known = np.zeros(len(pairs), np.int64)
    for column, sign in ((0, 1), (1, -1)):
        way = ways[pairs[:, column]]
        speck = (way == 0).all(axis=1)
        ahead = np.where(speck, 1.0, sign * dot(way, unit(between)))
        good &= ahead >= _AHEAD
        cost += size * (1 - ahead)
        known += ~speck
    # Two specks are no stroke.
    likely = np.flatnonzero(good & (known > 0))
    steps = np.linspace(0, 1, 2 * int(_WIDEST) + 1)[None, :, None]
    first, second = (tips[pairs[likely, n]][:, None] for n in (0, 1))
    likely = likely[(sampled(ink, first + (second - first) * steps) > 0).all(axis=1)]
    for n in likely[np.argsort(cost[likely], kind="stable")].tolist():
        one, two = (ends[end] for end in pairs[n].tolist())
        if one not in other and two not in other:
            other[one], other[two] = two, one
    return other


def _reversed(stroke: Stroke) -> Stroke:
    count = len(stroke.pixels)
    return Stroke(
        stroke.pixels[::-1],
        stroke.sure[::-1],
        [count - 1 - place for place in stroke.bends],
        stroke.nodes[::-1],
        [(node, count - place) for node, place in reversed(stroke.through)],
        stroke.closed,
    )


def _joined(pieces: Sequence[Stroke]) -> Stroke:
    starts = np.cumsum([0, *(len(piece.pixels) for piece in pieces[:-1])]).tolist()
    return Stroke(
        np.concatenate([piece.pixels for piece in pieces]),
        np.concatenate([piece.sure for piece in pieces]),
        [
            start + place
            for start, piece in zip(starts, pieces, strict=True)
            for place in piece.bends
        ],
        (pieces[0].nodes[0], pieces[-1].nodes[1]),
        [
            (node, start + place)
            for start, piece in zip(starts, pieces, strict=True)
            for node, place in piece.through
        ],
        False,
    )

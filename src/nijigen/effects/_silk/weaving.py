"""Weaving: threads of damped points, pushed by a field of noise and held together by springs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

FRICTION, SPRING, LIFE = 0.975, 0.2, 150
"""Share of the speed that a frame keeps, stiffness, and frames that a point lives."""
_OCTAVES, _FALLOFF, _SCALE, _TURNS = 8, 0.65, 0.0026, 5 * np.pi
"""The field: octaves of noise, each weaker by the falloff, per pixel of a canvas of 1000 pixels,
and how far it turns the push."""
_PUSH = 0.1
"""Of the field, in pixels of a canvas of 1000 for each frame and frame."""


class Thread(NamedTuple):
    """The points of a stroke at one moment that are still alive, in order."""

    places: Floats
    """``(n, 2)``, of a canvas whose shorter side is 1000."""
    speeds: Floats
    """``(n,)``, per frame."""
    light: Floats
    """``(n,)``: 1 when a point was drawn, 0 when it ends."""


def woven(strokes: list[Floats], seed: int) -> Iterator[list[Thread]]:
    """Yield the threads of every frame, until the last point has ended.

    Args:
        strokes: Points ``(n, 2)``, a point for each frame.
        seed: Of the field.

    Source: constants and rules of weavesilk, as known from studies of it.
    """
    field = _Field(seed)
    lengths = [len(stroke) for stroke in strokes]
    if not sum(lengths):
        return
    owner = np.repeat(np.arange(len(strokes)), lengths)
    born = np.concatenate([np.arange(length) for length in lengths])
    place = np.concatenate(strokes).astype(np.float64)
    speed = np.zeros_like(place)
    linked = np.append(owner[1:] == owner[:-1], False)
    for frame in range(max(lengths) + LIFE):
        age = frame - born
        alive = (age >= 0) & (age < LIFE)
        push = _PUSH * field.push(place[alive])
        pull = np.zeros_like(place)
        pairs = np.flatnonzero(linked & alive & np.append(alive[1:], False))
        way = place[pairs + 1] - place[pairs]
        np.add.at(pull, pairs, SPRING * 0.5 * way)
        np.add.at(pull, pairs + 1, -SPRING * 0.5 * way)
        # An end would be drawn in by its only neighbor: the thread would shrink to a point.
        both = np.zeros(len(place), int)
        np.add.at(both, pairs, 1)
        np.add.at(both, pairs + 1, 1)
        speed[alive] += push
        held = both == 2
        speed[held] += pull[held]
        speed *= FRICTION
        place[alive] += speed[alive]
        moved = np.hypot(*speed.T)
        light = 1 - age / LIFE
        yield [
            Thread(place[one], moved[one], light[one])
            for one in (alive & (owner == number) for number in range(len(strokes)))
            if one.sum() > 1
        ]


class _Field:
    """Gradient noise in octaves, as the direction of a push.

    Its random order is made here and not by numpy, so that the studio can make the same.
    """

    def __init__(self, seed: int) -> None:
        order, state = list(range(256)), seed
        for last in range(255, 0, -1):
            # A linear congruential generator, whose upper bits are random enough to shuffle.
            for _ in range(2):
                state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            other = (state >> 16) % (last + 1)
            order[last], order[other] = order[other], order[last]
        self._order = np.array(order)
        angle = np.arange(256) * (2 * np.pi / 256)
        self._gradient = np.stack([np.cos(angle), np.sin(angle)], 1)

    def push(self, place: Floats) -> Floats:
        total, weight, scale = np.zeros(len(place)), 1.0, _SCALE
        for _ in range(_OCTAVES):
            total += weight * self._noise(place * scale)
            weight, scale = weight * _FALLOFF, scale * 2
        angle = total * _TURNS
        return np.stack([np.cos(angle), np.sin(angle)], 1)

    def _noise(self, at: Floats) -> Floats:
        cell = np.floor(at).astype(np.int64)
        part = at - cell
        eased = part**3 * (part * (part * 6 - 15) + 10)
        corner = []
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            number = self._order[(cell[:, 0] + x) & 255]
            number = self._order[(number + cell[:, 1] + y) & 255]
            corner.append((self._gradient[number] * (part - (x, y))).sum(axis=1))
        upper = corner[0] + (corner[1] - corner[0]) * eased[:, 0]
        lower = corner[2] + (corner[3] - corner[2]) * eased[:, 0]
        return np.asarray(upper + (lower - upper) * eased[:, 1])

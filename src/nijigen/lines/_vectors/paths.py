"""Paths: many polylines in one array, so that all of them are processed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nijigen.lines._geometry import Bools, Floats, Ints, unit


@dataclass(frozen=True, eq=False)
class Paths:
    """Polylines, one after the other.

    Attributes:
        points: float64 ``(N, 2)``: x, y in pixels; the center of the first pixel is 0.5, 0.5.
        counts: int64 ``(P,)``: points of each path.
        closed: bool ``(P,)``: whether the last point is connected to the first.
    """

    points: Floats
    counts: Ints
    closed: Bools

    @classmethod
    def of(cls, parts: Sequence[Floats], closed: Sequence[bool]) -> Paths:
        """Return paths from one array of points for each."""
        points = np.concatenate([np.zeros((0, 2)), *parts])
        return cls(
            points, np.array([len(part) for part in parts], np.int64), np.array(closed, bool)
        )

    @cached_property
    def starts(self) -> Ints:
        """Index of the first point of each path."""
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def path(self) -> Ints:
        """Number of the path of each point."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def along(self, steps: int | Ints) -> tuple[Ints, Ints]:
        """Return the index of the point some steps further, and how far that is beyond the end.

        Closed paths wrap around; in open ones the index stops at the end.
        """
        start, count = self.starts[self.path], self.counts[self.path]
        place = np.arange(len(self.path)) - start + steps
        inside = place.clip(0, count - 1)
        loop = self.closed[self.path]
        return (
            start + np.where(loop, place % np.maximum(count, 1), inside),
            np.where(loop, 0, place - inside),
        )

    def smoothed(self, values: Floats, sigma: float, weights: Floats | None = None) -> Floats:
        """Return values ``(N, ...)`` smoothed along each path by a Gaussian of ``sigma`` points.

        Beyond an open end values go on as they are mirrored through it, so that ends stay.
        """
        if sigma <= 0 or not len(values):
            return values
        flat = values.reshape(len(values), -1)
        reach = int(np.ceil(2.5 * sigma))
        total = np.zeros_like(flat)
        weight = np.zeros((len(values), 1))
        for step in range(-reach, reach + 1):
            index, beyond = self.along(step)
            mirror, _ = self.along(step - 2 * beyond)
            end = flat[index]
            value = np.where((beyond != 0)[:, None], 2 * end - flat[mirror], end)
            share = np.full((len(values), 1), np.exp(-0.5 * (step / sigma) ** 2))
            if weights is not None:
                share = share * np.where(beyond != 0, weights[mirror], weights[index])[:, None]
            total += share * value
            weight += share
        found = np.where(weight > 1e-6, total / np.maximum(weight, 1e-6), flat)
        return np.asarray(found.reshape(values.shape))

    def tangents(self, reach: int | Ints) -> Floats:
        """Return unit vectors along the paths, over ``reach`` points to both sides."""
        way = self.points[self.along(reach)[0]] - self.points[self.along(-reach)[0]]
        return unit(way)

    def kept(self, which: Bools) -> Paths:
        """Return the paths with only some of their points; a path may end up without any."""
        counts = np.bincount(self.path[which], minlength=len(self.counts))
        return Paths(self.points[which], counts.astype(np.int64), self.closed)

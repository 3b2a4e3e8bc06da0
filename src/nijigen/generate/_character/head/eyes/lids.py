"""Lids: the opening of an eye on the curved face, in any state between wide open and closed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nijigen.generate._character.drawing.curves import Points, spline
from nijigen.generate._character.head.eyes.designs import EyeDesign
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.expressions import Look


@dataclass(frozen=True)
class Eye:
    """One eye: ``u`` runs from the inner to the outer corner, ``v`` down, in shares of its size."""

    head: Head
    side: int
    design: EyeDesign
    openness: float
    look: Look

    @property
    def name(self) -> str:
        """The side as the viewer sees it."""
        return "left" if self.side < 0 else "right"

    @property
    def width(self) -> float:
        """From corner to corner, in head units."""
        return self.head.eye_width

    @property
    def height(self) -> float:
        """Between the open lids, in head units."""
        return self.head.eye_height

    def place(self, places: Points, lift: float = 0.0) -> Points:
        """Return figure points of eye coordinates ``(n, 2)``, moved up by ``lift`` head units."""
        u, v = places[:, 0], places[:, 1]
        x = self.side * (self.head.eye_x + (u - 0.5) * self.width)
        y = self.head.eye_y + v * self.height - lift - self.head.eye_tilt * (u - 0.5)
        return self.head.face(np.stack([x, y], axis=1))

    @cached_property
    def lids(self) -> tuple[Points, Points]:
        """The upper and the lower lid in eye coordinates, 25 points from corner to corner."""
        design, look = self.design, self.look
        upper = spline(design.upper, per=4)
        lower = spline((design.upper[0], *design.lower, design.upper[-1]), per=4)
        u, bow = upper[:, 0].clip(0, 1), np.sin(np.pi * upper[:, 0].clip(0, 1))
        upper[:, 1] += max(look.slant, 0) * 0.36 * (1 - u) ** 1.3 * bow**0.4
        upper[:, 1] += max(-look.slant, 0) * 0.4 * u**1.3 * bow**0.25
        lower[:, 1] -= look.cheek * 0.3 * np.sin(np.pi * lower[:, 0].clip(0, 1))
        # A low eye has less to close.
        share = self.openness ** min(1.0, max(0.55, self.height / 36))
        if share > 1:
            # Wide open, whites are visible around the iris.
            upper[:, 1] *= 1 + 0.9 * (share - 1)
            lower[:, 1] *= 1 + 0.6 * (share - 1)
        else:
            closed = self._closed(upper[:, 0])
            upper[:, 1] = closed + (upper[:, 1] - closed) * share
            below = self._closed(lower[:, 0])
            lower[:, 1] = below + (lower[:, 1] - below) * min(1.0, share / 0.4)
        lower[:, 1] = np.maximum(lower[:, 1], np.interp(lower[:, 0], upper[:, 0], upper[:, 1]))
        return upper, lower

    def _closed(self, u: Points) -> Points:
        """Return where the lids meet: an arc upwards when laughing, otherwise downwards."""
        bow = np.sin(np.pi * u.clip(0, 1)) ** 0.8
        # A large eye must not close to a deep arc.
        low = min(1.0, 26.0 / self.height)
        if self.look.lid == "happy":
            closed: Points = (0.22 - 0.42 * bow) * low + 0.06
        else:
            closed = (0.16 + 0.2 * bow) * low + 0.06
        return closed

    @cached_property
    def upper(self) -> Points:
        """The upper lid in figure units, from the inner to the outer corner."""
        return self.place(self.lids[0])

    @cached_property
    def lower(self) -> Points:
        """The lower lid in figure units."""
        return self.place(self.lids[1])

    @cached_property
    def gap(self) -> float:
        """The distance of the lids in the middle, in head units."""
        upper, lower = self.lids
        return float((lower[12, 1] - upper[12, 1]) * self.height)

    @property
    def is_open(self) -> bool:
        """Whether white or iris can be seen."""
        return self.gap > 4.5

"""Proposing: colors for the regions without a hint, from their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.color._palettes.people import Look, Mood, looks
from nijigen.color._parts.names import PARTS, PartColor
from nijigen.color._parts.voting import BACKGROUND, Voted
from nijigen.color._regions.regions import Regions
from nijigen.core.colors import rgb, written
from nijigen.imaging.color_spaces import lch, oklab

ALIKE = 0.8
"""Agreement of parts from which a hint's color goes to a region elsewhere."""
LIKELY = 6.0
"""By how much a hint of the color of skin makes its region skin likelier, and another one less."""
POOLED = 0.7
"""Weight of the part of all regions that were given one color, against each of them."""
COLORED = frozenset(PARTS) - {"background"}
UNNAMED = "#e9e2d6"
"""Color of figures in which no face was found: it separates them from paper and claims nothing."""

FRAMED = 0.5
"""Share of the page from which an enclosed region is the page within its frame, and no figure."""


@dataclass(frozen=True)
class Style:
    """How colors are chosen.

    Attributes:
        seed: Seed of the choice.
        mood: How saturated they are.
        lock: Colors to choose from.
        reference: Colors of parts in a reference picture.
        variant: Number of the variant, from 0.
        parts: Colors of parts that a document of hints gives.
    """

    seed: int = 0
    mood: Mood = "clear"
    lock: tuple[str, ...] | None = None
    reference: Mapping[str, str] = field(default_factory=dict)
    variant: int = 0
    parts: tuple[PartColor, ...] = ()


@dataclass(frozen=True, eq=False)
class Proposer:
    """Proposes colors for the regions of one drawing."""

    regions: Regions
    voted: Voted
    style: Style

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Whether the part of each region is known well enough to go by."""
        return self.voted.certain

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Whether the part of each region of a figure is not known well enough.

        Where no face was found nothing is claimed of any region, and so nothing is doubtful.
        """
        return ~self.certain & ~self.regions.outside & bool(self.voted.faces)

    def with_hints(self, known: NDArray[np.uint8]) -> Proposer:
        """Return the same, with parts of hinted regions that their colors make likely.

        Args:
            known: RGBA of all regions, ``(count, 4)``; alpha 0 where no hint decides.
        """
        given = known[:, 3] > 0
        if not given.any():
            return self
        light, chroma, hue = np.moveaxis(lch(oklab(known[:, :3])), -1, 0)
        alike = (light > 0.7) & (chroma > 0.012) & (chroma < 0.1) & (np.abs(hue - 57) < 27)
        chances = self.voted.chances.copy()
        skin = PARTS.index("skin")
        chances[given, skin] *= np.where(alike, LIKELY, 1 / LIKELY)[given]
        chances /= np.maximum(chances.sum(axis=1, keepdims=True), 1e-9)
        self._pool(chances, known, np.flatnonzero(given))
        part = chances.argmax(axis=1)
        sure = chances[np.arange(len(part)), part]
        voted = replace(self.voted, chances=chances, part=part, confidence=sure)
        return replace(self, voted=voted)

    def _pool(
        self, chances: NDArray[np.float64], known: NDArray[np.uint8], given: NDArray[np.int64]
    ) -> None:
        """Let regions that were given one color agree on their part: an arm has that of a face.

        What has the color of skin is skin.
        """
        _, color = np.unique(known[given], axis=0, return_inverse=True)
        weight = np.sqrt(self.regions.areas[given])[:, None]
        total = np.zeros((int(color.max()) + 1, chances.shape[1]))
        np.add.at(total, color.ravel(), weight * chances[given] ** 2)
        pooled = total / np.maximum(total.sum(axis=1, keepdims=True), 1e-9)
        pooled = pooled[color.ravel()]
        weight = np.where(pooled[:, [PARTS.index("skin")]] > 0.5, 1.0, POOLED)
        chances[given] += weight * (pooled - chances[given])

    def colors(self, known: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return RGBA ``(count, 4)`` for all regions; those with a known color keep it."""
        return bytes_of(proposed(self.regions, self.voted, hexed(known), self.style))

    def looks(self, known: NDArray[np.uint8]) -> list[Look]:
        """Return the color of each part of each figure, where regions have known colors."""
        given = known[:, 3] > 0
        return _looks(self.regions, self.voted, hexed(known), given, self.style)

    def agreement(
        self,
        rest: NDArray[np.int64],
        hinted: NDArray[np.int64],
        color: NDArray[np.int32],
        count: int,
    ) -> NDArray[np.float64]:
        """Return how surely each region is of the same part as one with each color, 0 to 1.

        Args:
            rest: Regions without a color, ``(n,)``.
            hinted: Regions with one, ``(m,)``.
            color: Index of the color of each of these.
            count: How many colors there are.

        Returns:
            ``(n, count)``: Bhattacharyya's coefficient of the probabilities of parts.
        """
        roots = np.sqrt(self.voted.chances)
        alike = roots[rest] @ roots[hinted].T
        other = self.voted.figure[rest][:, None] != self.voted.figure[hinted][None]
        alike = np.where(other, 0.7 * alike, alike)
        if self.style.parts:
            # A part that has its color already takes none from a hint in another region.
            part = self.voted.part
            open_to = (part[rest][:, None] == part[hinted][None]) & ~self._given(rest)[:, None]
            alike = np.where(open_to, alike, 0.0)
        made = np.zeros((len(rest), count))
        for number in range(count):
            if (color == number).any():
                made[:, number] = alike[:, color == number].max(axis=1)
        return made

    def _given(self, regions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether the colors of parts say the color of each region: background has none."""
        part, figure = self.voted.part[regions], self.voted.figure[regions]
        given: NDArray[np.bool_] = part == BACKGROUND
        for one in self.style.parts:
            mine = part == PARTS.index(one.part)
            given |= mine if one.figure is None else mine & (figure == one.figure)
        return given

    def chosen(
        self, walk: NDArray[np.float64], alike: NDArray[np.float64], rest: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the color of each region by part and nearness, and whether to believe it."""
        score = alike**4 * (0.05 + walk)
        best = np.asarray(score.argmax(axis=1), np.int64)
        rows = np.arange(len(best))
        sure = (alike[rows, best] >= ALIKE) & self.certain[rest] & ~self.regions.outside[rest]
        return best, sure


def proposed(
    regions: Regions, voted: Voted, known: Sequence[str | None], style: Style
) -> list[str | None]:
    """Return a color for every region, None where paper is left.

    Args:
        regions: Regions of the drawing.
        voted: Their parts.
        known: Colors of regions that hints decide, else None.
        style: How the others are chosen.
    """
    given = np.array([color is not None for color in known])
    chosen = _looks(regions, voted, known, given, style)
    certain = voted.certain
    made: list[str | None] = list(known)
    for number in np.flatnonzero(~given & ~regions.outside).tolist():
        if not voted.faces:
            # The network knows figures by their faces: here it calls all of them background.
            if regions.areas[number] < FRAMED * regions.labels.size:
                made[number] = UNNAMED
            continue
        if voted.part[number] == BACKGROUND or not certain[number]:
            continue
        look = chosen[int(voted.figure[number])]
        made[number] = look.get(PARTS[voted.part[number]])
    return made


def _looks(
    regions: Regions,
    voted: Voted,
    known: Sequence[str | None],
    given: NDArray[np.bool_],
    style: Style,
) -> list[Look]:
    """Return the look of each figure, with the colors that hints give its parts."""
    made = []
    for figure in range(max(1, voted.faces)):
        colors = dict(style.reference)
        colors |= _part_colors(regions, voted, known, given & (voted.figure == figure))
        own = (one for one in style.parts if one.figure in (None, figure))
        colors |= {one.part: one.color for one in own}
        if colors.keys() >= COLORED:
            # There is nothing left to choose.
            made.append(colors)
            continue
        seed = style.seed * 101 + figure
        # All variants up to the wanted one: each differs from those before it.
        made.append(looks(style.variant + 1, seed, style.mood, colors, style.lock)[style.variant])
    return made


def _part_colors(
    regions: Regions, voted: Voted, known: Sequence[str | None], given: NDArray[np.bool_]
) -> dict[str, str]:
    """Return the color that hints give each part of a figure: the one on most of its area."""
    shares: dict[str, dict[str, float]] = {}
    for number in np.flatnonzero(given).tolist():
        color = known[number]
        if color is None or voted.part[number] == BACKGROUND:
            continue
        name = PARTS[voted.part[number]]
        weight = float(regions.areas[number] * voted.confidence[number])
        colors = shares.setdefault(name, {})
        colors[color] = colors.get(color, 0.0) + weight
    return {name: max(colors, key=lambda one: colors[one]) for name, colors in shares.items()}


def hexed(colors: NDArray[np.uint8]) -> list[str | None]:
    """Return RGBA ``(n, 4)`` as text, None where alpha is 0."""
    return [written(*row[:3]) if row[3] else None for row in colors.tolist()]


def bytes_of(colors: Sequence[str | None]) -> NDArray[np.uint8]:
    """Return text as RGBA ``(n, 4)``, transparent for None."""
    rows = [(0, 0, 0, 0) if color is None else (*rgb(color), 255) for color in colors]
    return np.array(rows, np.uint8).reshape(-1, 4)

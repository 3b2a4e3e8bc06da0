"""Paper: keep a hint on an open part of the figure from coloring the paper around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.marks import Marks
from nijigen.color._regions.regions import Regions
from nijigen.imaging.line_art.ink import lines_of
from nijigen.imaging.memory import remembered

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]
_MOUTHS = (0.035, 0.05, 0.07, 0.1)
"""Half the width of a pocket's opening, as shares of the longer side, tried in this order."""
_RIM = 0.01
"""Width of the band in which wide paper is marked as paper, as a share of the longer side."""


@dataclass(frozen=True, eq=False)
class Paper:
    """A region around the figure: wide paper, and pockets that open to it.

    Attributes:
        core: bool ``(H, W)``: pixels farther from all lines than half the opening.
        wide: bool ``(H, W)``: the wide paper, the morphological opening with a disc of that size.
        rim: bool ``(H, W)``: the band along its border.
        pockets: int32 ``(H, W)``: labels of the pockets from 1, up to near their openings.
    """

    core: Mask
    wide: Mask
    rim: Mask
    pockets: Labels

    def filled(self, marks: Labels, box: tuple[slice, slice]) -> Labels:
        """Return the marks of a box, -1 elsewhere; pockets with marks of one color are filled."""
        pockets = self.pockets[box]
        marked = (pockets > 0) & (marks >= 0)
        least = np.full(int(self.pockets.max()) + 1, np.iinfo(np.int32).max, np.int32)
        most = np.full(len(least), -1, np.int32)
        np.minimum.at(least, pockets[marked], marks[marked])
        np.maximum.at(most, pockets[marked], marks[marked])
        one = np.where(least == most, most, -1).astype(np.int32)
        return np.where(marks >= 0, marks, one[pockets])


def papers_of(regions: Regions, marks: Marks) -> dict[int, tuple[Paper, int]]:
    """Return the paper of regions around the figure that have a differently marked pocket.

    A lock of hair or a sleeve with an open outline is one region with the paper. A hint there
    applies to the area that the lines around it nearly enclose; only a hint on the wide paper
    applies to all of it.

    Returns:
        For each such region the paper and the index of its color: the one marked on it, or the
        number of colors where there is none.
    """
    at = regions.labels.ravel()[marks.places]
    marked = np.flatnonzero(regions.outside & (np.bincount(at, minlength=regions.count) > 0))
    found: dict[int, tuple[Paper, int]] = {}
    for region in marked.tolist():
        mine = at == region
        places, color = marks.places[mine], marks.color[mine]
        bare = (regions.labels == region) & ~lines_of(regions.ink)
        fewest = 2
        for mouth in _MOUTHS:
            paper = _parted(bare, mouth * max(bare.shape))
            # A hint close to the outline is imprecise, or refers to a small detail there.
            wide = paper.core if mouth == _MOUTHS[0] else paper.wide
            open_ = np.unique(color[wide.ravel()[places]])
            around = int(open_[0]) if len(open_) else len(marks.colors)
            if len(open_) < fewest and paper.core.any() and (color != around).any():
                fewest = len(open_)
                found[region] = paper, around
            if fewest == 0:
                break
    return found


def _parted(bare: Mask, far: float) -> Paper:
    """Return wide paper and pockets of a region without its lines; cached."""
    import cv2

    def make() -> Paper:
        core = _at_the_rim(_depth(bare) >= far)
        wide = bare & (_depth(~core) < far)
        rim = wide & (_depth(wide) <= max(2.0, _RIM * max(bare.shape)))
        deep = bare & (_depth(~wide) > far)
        _, pockets = cv2.connectedComponents(deep.view(np.uint8), connectivity=4)
        return Paper(core, wide, rim, np.asarray(pockets, np.int32))

    return remembered("paper", (bare, far), make)


def _depth(inside: Mask) -> NDArray[np.float32]:
    """Return the distance to the nearest pixel outside; the edge of the picture does not count."""
    import cv2

    return np.asarray(cv2.distanceTransform(inside.view(np.uint8), cv2.DIST_L2, 5), np.float32)


def _at_the_rim(core: Mask) -> Mask:
    """Return the parts that touch the edge of the picture; a wide area in the figure does not."""
    import cv2

    _, parts = cv2.connectedComponents(core.view(np.uint8), connectivity=4)
    rim = np.zeros(int(parts.max()) + 1, np.bool_)
    for side in (parts[0], parts[-1], parts[:, 0], parts[:, -1]):
        rim[side] = True
    rim[0] = False
    found: Mask = rim[parts]
    return found

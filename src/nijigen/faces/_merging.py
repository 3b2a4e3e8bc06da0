"""Merge the overlapping proposals of passes, tiles and neighboring cells into one per face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAME = 0.45
"""IoU from which boxes belong to one face; two faces cheek to cheek reach .3."""
INSIDE = 0.85
"""A box with this share of its area inside another is a part mistaken for a face."""
MOST = 3000
"""Only the most confident proposals are compared, since the time grows with their square."""


@dataclass(frozen=True, eq=False)
class Proposals:
    """Face proposals of a network.

    Attributes:
        confidence: ``(n,)``, of the face.
        boxes: ``(n, 4)``, in pixels of the page.
        head_confidence: ``(n,)``, of the head.
        heads: ``(n, 4)``.
    """

    confidence: Floats
    boxes: Floats
    head_confidence: Floats
    heads: Floats

    def of(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Proposals:
        """Return the selected proposals."""
        return Proposals(
            self.confidence[chosen],
            self.boxes[chosen],
            self.head_confidence[chosen],
            self.heads[chosen],
        )


_NO_BOXES = np.zeros((0, 4), np.float32)
NOTHING = Proposals(_NO_BOXES[:, 0], _NO_BOXES, _NO_BOXES[:, 0], _NO_BOXES)
"""No proposals."""


def concatenate(parts: list[Proposals]) -> Proposals:
    """Return the proposals of all passes."""
    return Proposals(
        np.concatenate([p.confidence for p in parts]),
        np.concatenate([p.boxes for p in parts]),
        np.concatenate([p.head_confidence for p in parts]),
        np.concatenate([p.heads for p in parts]),
    )


def merge(proposals: Proposals, *, nested: bool = False) -> Proposals:
    """Suppress duplicates by voting: the boxes of one face are averaged.

    A face gets the calibrated confidence of its most confident box, and the mean of its boxes
    weighted by squared confidence, which is more accurate than any single one.

    Args:
        proposals: Of all passes.
        nested: Keep boxes inside or around others, as long as it is unknown which is the face.
    """
    order = np.argsort(-proposals.confidence, kind="stable")[:MOST]
    rest = proposals.of(order)
    found: list[Proposals] = []
    while len(rest.confidence):
        shared, own, first = overlaps(rest.boxes[0], rest.boxes)
        same = shared >= SAME
        same[0] = True
        voters = rest.of(same)
        weight = voters.confidence[:, None] ** 2
        # Only proposals with a head vote on it: a head outside the picture has none.
        head_weight = weight * voters.head_confidence[:, None] ** 2
        seen = head_weight.sum() > 0
        found.append(
            Proposals(
                voters.confidence[:1],
                (voters.boxes * weight).sum(0, keepdims=True) / weight.sum(),
                voters.head_confidence[:1],
                (voters.heads * head_weight).sum(0, keepdims=True) / head_weight.sum()
                if seen
                else voters.heads[:1],
            )
        )
        # In both directions: an eye inside a face, and a whole figure around one.
        if not nested:
            same |= (own >= INSIDE) | (first >= INSIDE)
        rest = rest.of(~same)
    return concatenate(found) if found else proposals


def overlaps(box: Floats, boxes: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how much each of ``(n, 4)`` boxes overlaps one box.

    Returns:
        The intersection divided by the union, by the area of each box, and by that of ``box``.
    """
    corner = np.maximum(boxes[:, :2], box[:2])
    far = np.minimum(boxes[:, 2:], box[2:])
    shared = (far - corner).clip(0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).clip(1e-6).prod(1)
    area = float((box[2:] - box[:2]).clip(1e-6).prod())
    return shared / (areas + area - shared), shared / areas, shared / area

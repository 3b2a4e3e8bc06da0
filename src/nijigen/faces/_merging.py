"""One box for each face from the many that passes, tiles and neighbouring cells propose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAME = 0.45
"""Boxes that share this much of their union are of one face; two faces cheek to cheek share .3."""
INSIDE = 0.85
"""A box that lies in another by this share of its own area is a part taken for a face."""
MOST = 3000
"""Proposals that are compared, the most certain ones; comparing takes time by their square."""


@dataclass(frozen=True, eq=False)
class Proposals:
    """Faces as a network proposes them.

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
        """Return some of them."""
        return Proposals(
            self.confidence[chosen],
            self.boxes[chosen],
            self.head_confidence[chosen],
            self.heads[chosen],
        )


_NO_BOXES = np.zeros((0, 4), np.float32)
NOTHING = Proposals(_NO_BOXES[:, 0], _NO_BOXES, _NO_BOXES[:, 0], _NO_BOXES)
"""No proposals."""


def joined(parts: list[Proposals]) -> Proposals:
    """Return the proposals of all passes."""
    return Proposals(
        np.concatenate([p.confidence for p in parts]),
        np.concatenate([p.boxes for p in parts]),
        np.concatenate([p.head_confidence for p in parts]),
        np.concatenate([p.heads for p in parts]),
    )


def merged(proposals: Proposals, *, nested: bool = False) -> Proposals:
    """Suppress what is proposed again; the boxes of one face vote on its place.

    A face has the confidence of its most certain box, as calibrated, and the mean of its boxes
    weighted by the square of theirs: neighbours that agree are more exact than any one of them.

    Args:
        proposals: Of all passes.
        nested: Whether boxes within others, and around them, stay: as long as nobody knows which
            of them is the face.
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
        # Heads are voted on by those who saw one: all do not, where it is out of the picture.
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
        # Either way round: an eye in a face, and a whole figure around one.
        if not nested:
            same |= (own >= INSIDE) | (first >= INSIDE)
        rest = rest.of(~same)
    return joined(found) if found else proposals


def overlaps(box: Floats, boxes: Floats) -> tuple[Floats, Floats, Floats]:
    """Return by how much each of ``(n, 4)`` boxes and one box overlap.

    Returns:
        The intersection over the union, over the area of each box, and over that of the one.
    """
    corner = np.maximum(boxes[:, :2], box[:2])
    far = np.minimum(boxes[:, 2:], box[2:])
    shared = (far - corner).clip(0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).clip(1e-6).prod(1)
    area = float((box[2:] - box[:2]).clip(1e-6).prod())
    return shared / (areas + area - shared), shared / areas, shared / area

"""The second look: whether a proposed box is of a face, by a crop of the page as it is."""

from __future__ import annotations

import numpy as np

from nijigen.core.run import Run
from nijigen.faces._merging import Floats, Proposals
from nijigen.faces._page import Page
from nijigen.faces._reading import answers
from nijigen.faces._values import Box

VERIFY_MODEL, VERIFY_SIDE, VERIFY_FACTOR = "faces-verify", 96, 1.6
"""Model, side of its input, and side of the crop over that of the proposed box."""
SURE, MOST = 0.3, 12
"""Of what is less sure than this, only so many are looked at again: two milliseconds each."""
COARSE = 2
"""Pixels read for each of the crop and axis: more takes longer than the network itself."""
TRUST, OFFSET = 0.63, -0.78
"""Weight of the verifier's log odds beside the detector's, and what is added to both, so that the
confidence is the chance to be right: from ``nijigen_training.faces.verify.calibrate``."""


def verified(page: Page, proposals: Proposals, run: Run) -> Proposals:
    """Look at each proposal again, the surest first; those that were not looked at are dropped.

    Both networks' log odds are added, as ``TRUST`` says. The box is the mean of both.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    kept, belief, boxes = looked_at(page, proposals, run)
    odds = log_odds(kept.confidence) + TRUST * belief + OFFSET
    return Proposals(
        (1 / (1 + np.exp(-odds))).astype(np.float32),
        ((kept.boxes + boxes) / 2).astype(np.float32),
        kept.head_confidence,
        kept.heads,
    )


def looked_at(page: Page, proposals: Proposals, run: Run) -> tuple[Proposals, Floats, Floats]:
    """Return what the verifier says of the proposals that it looks at.

    Returns:
        These proposals, its log odds ``(n,)``, and its boxes ``(n, 4)``.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    order = np.argsort(-proposals.confidence, kind="stable")
    kept = proposals.of(order[: MOST + int((proposals.confidence >= SURE).sum())])
    found = verdicts(page, kept.boxes, run)
    return kept, found[:, 0], moved(kept.boxes, found[:, 1:])


def verdicts(page: Page, boxes: Floats, run: Run) -> Floats:
    """Return what the verifier says of boxes ``(n, 4)``: log odds and moves, ``(n, 5)``."""
    asked = (VERIFY_MODEL, VERIFY_SIDE, VERIFY_FACTOR)
    crops = [Box(*(float(value) for value in box)) for box in boxes]
    told = answers(*asked, page, crops, run, oversampling=COARSE)
    found = np.array([row for row, _ in told], np.float32).reshape(-1, 5)
    found[:, 0] = log_odds(found[:, 0])
    return found


def moved(boxes: Floats, moves: Floats) -> Floats:
    """Return boxes where the network's moves bring them.

    Args:
        boxes: ``(n, 4)``.
        moves: ``(n, 4)``: of the center to the right and down, over the root of the box's area;
            logarithms of width and height over the same.
    """
    sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1, keepdims=True))
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 + moves[:, :2] * sides
    half = np.exp(moves[:, 2:].clip(-1, 1)) * sides / 2
    return np.concatenate([middle - half, middle + half], 1).astype(np.float32)


def log_odds(confidence: Floats) -> Floats:
    """Return the logarithm of how much likelier something is than not."""
    share = confidence.clip(1e-4, 1 - 1e-4)
    odds: Floats = np.log(share / (1 - share))
    return odds

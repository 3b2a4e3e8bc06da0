"""Verification: score each proposed box on a crop of the page at full resolution."""

from __future__ import annotations

import numpy as np

from nijigen.core.run import Run
from nijigen.faces._merging import Floats, Proposals
from nijigen.faces._page import Page
from nijigen.faces._reading import predict
from nijigen.faces._values import Box

VERIFY_MODEL, VERIFY_SIDE, VERIFY_FACTOR = "faces-verify", 96, 1.6
"""Model, side of its input, and side of the crop over that of the proposed box."""
SURE, MOST = 0.3, 12
"""Of the proposals below this confidence only so many are verified, at two milliseconds each."""
COARSE = 2
"""Page pixels read per crop pixel and axis: more takes longer than the network itself."""
TRUST, OFFSET = 0.63, -0.78
"""Weight of the verifier's log odds relative to the detector's, and an offset, fitted so that the
confidence is the probability of a face: from ``nijigen_training.faces.verify.calibrate``."""


def verify(page: Page, proposals: Proposals, run: Run) -> Proposals:
    """Verify the proposals, most confident first; proposals beyond the limit are dropped.

    Both networks' log odds are added, weighted by ``TRUST``. The box is the mean of both.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    kept, belief, boxes = run_verifier(page, proposals, run)
    odds = log_odds(kept.confidence) + TRUST * belief + OFFSET
    return Proposals(
        (1 / (1 + np.exp(-odds))).astype(np.float32),
        ((kept.boxes + boxes) / 2).astype(np.float32),
        kept.head_confidence,
        kept.heads,
    )


def run_verifier(page: Page, proposals: Proposals, run: Run) -> tuple[Proposals, Floats, Floats]:
    """Run the verifier on the most confident proposals.

    Returns:
        Those proposals, the verifier's log odds ``(n,)``, and its boxes ``(n, 4)``.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    order = np.argsort(-proposals.confidence, kind="stable")
    kept = proposals.of(order[: MOST + int((proposals.confidence >= SURE).sum())])
    found = score_boxes(page, kept.boxes, run)
    return kept, found[:, 0], shift_boxes(kept.boxes, found[:, 1:])


def score_boxes(page: Page, boxes: Floats, run: Run) -> Floats:
    """Return the verifier's output for boxes ``(n, 4)``: log odds and shifts, ``(n, 5)``."""
    model = (VERIFY_MODEL, VERIFY_SIDE, VERIFY_FACTOR)
    crops = [Box(*(float(value) for value in box)) for box in boxes]
    rows = predict(*model, page, crops, run, oversampling=COARSE)
    found = np.array([row for row, _ in rows], np.float32).reshape(-1, 5)
    found[:, 0] = log_odds(found[:, 0])
    return found


def shift_boxes(boxes: Floats, moves: Floats) -> Floats:
    """Apply the network's box regression.

    Args:
        boxes: ``(n, 4)``.
        moves: ``(n, 4)``: shift of the center to the right and down, and the logarithms of width
            and height, all relative to the square root of the box's area.
    """
    sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1, keepdims=True))
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 + moves[:, :2] * sides
    half = np.exp(moves[:, 2:].clip(-1, 1)) * sides / 2
    return np.concatenate([middle - half, middle + half], 1).astype(np.float32)


def log_odds(confidence: Floats) -> Floats:
    """Return the log odds of a probability."""
    share = confidence.clip(1e-4, 1 - 1e-4)
    odds: Floats = np.log(share / (1 - share))
    return odds

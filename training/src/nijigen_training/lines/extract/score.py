"""Score of lines: F1 of pixels within two pixels of each other."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

NEAR = 2.0
THRESHOLDS = np.arange(0.1, 0.95, 0.05)


def counts(
    coverage: NDArray[np.float32],
    truth: NDArray[np.bool_],
    known: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Return for each threshold: predicted pixels, those near truth, truth, truth near predicted.

    Args:
        coverage: Predicted, in 0..1, ``(H, W)``.
        truth: Lines, ``(H, W)``.
        known: Where pixels count.
    """
    known = np.ones(truth.shape, np.bool_) if known is None else known
    from_truth = _distance(truth)
    truth = truth & known
    rows = []
    for threshold in THRESHOLDS:
        found = coverage > threshold
        near = _distance(found) <= NEAR
        found &= known
        rows.append(
            [found.sum(), (found & (from_truth <= NEAR)).sum(), truth.sum(), (truth & near).sum()]
        )
    return np.array(rows, np.int64)


def best_f1(total: NDArray[np.int64]) -> float:
    """Return the F1 at the best threshold, from the sum of several pictures' counts."""
    precision = total[:, 1] / np.maximum(total[:, 0], 1)
    recall = total[:, 3] / np.maximum(total[:, 2], 1)
    return float((2 * precision * recall / np.maximum(precision + recall, 1e-9)).max())


def _distance(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)

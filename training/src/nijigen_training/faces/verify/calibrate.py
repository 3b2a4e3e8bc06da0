"""Weight of the verifier relative to the detector: two numbers, fitted on held-out scenes.

``python -m nijigen_training.faces.verify.calibrate`` prints them for ``nijigen.faces._verifying``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen import Picture, Run
from nijigen.faces._merging import INSIDE, overlaps
from nijigen.faces._page import Page
from nijigen.faces._verifying import log_odds, run_verifier
from nijigen.faces.engines import nijigen as engine
from nijigen_training.data.root import data_root
from nijigen_training.data.scenes import scenes
from nijigen_training.faces.detect.evaluate import matches
from nijigen_training.faces.verify.proposals import whole

STEPS = 100
PULL = 0.3
"""Regularization towards ``BEFORE``, about as strong as one uncertain proposal."""
BEFORE = (0.6, 0.0)


def fitted(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit the weight of the verifier's log odds and the bias by logistic regression.

    Those of the detector have weight 1, since its confidence was calibrated on the same scenes. The
    verifier is overconfident on scenes it was trained on, so only held-out scenes are used.

    Args:
        odds: Log odds of detector and verifier, ``(n, 2)``.
        right: Whether each proposal is a face, ``(n,)``.
    """
    design = np.stack([odds[:, 1], np.ones(len(odds))], axis=1)
    weights = np.array(BEFORE)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(odds[:, 0] + design @ weights, -30, 30)))
        slope = design.T @ (chance - right) + PULL * (weights - BEFORE)
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + PULL * np.eye(2)
        weights = weights - np.clip(np.linalg.solve(curve, slope), -1, 1)
    return float(weights[0]), float(weights[1])


def measured() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return both networks' log odds for all proposals on held-out scenes, and the truth."""
    odds, right = [], []
    for scene in scenes("held_out"):
        page = Page(Picture(whole(scene.path)))
        proposed = engine.proposals(page, None, Run())
        seen = run_verifier(page, proposed, Run())
        truth = np.array(scene.faces, np.float32).reshape(-1, 4) * (page.width / scene.size[0])
        boxes = np.concatenate([seen[0].boxes, seen[0].confidence[:, None]], axis=1)
        hits = matches(boxes, truth)
        # Proposals inside or around a face's box are merged with it later.
        alone = np.ones(len(hits), np.bool_)
        for box in boxes[hits, :4]:
            alone &= np.max(overlaps(box, boxes[:, :4])[1:], axis=0) < INSIDE
        asked = hits | alone
        odds.append(np.stack([log_odds(seen[0].confidence), seen[1]], axis=1)[asked])
        right.append(hits[asked])
    return np.concatenate(odds).astype(np.float64), np.concatenate(right)


def main() -> None:
    """Print the numbers."""
    odds, right = measured()
    numbers = ", ".join(f"{number:.2f}" for number in fitted(odds, right))
    print(f"{len(right)} proposals, {int(right.sum())} faces, in {data_root().name}: {numbers}")


if __name__ == "__main__":
    main()

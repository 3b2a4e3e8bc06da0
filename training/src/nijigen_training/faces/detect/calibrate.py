"""Calibration of the confidence, fitted on held-out pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nijigen_training.data import backgrounds, scenes
from nijigen_training.faces.detect.evaluate import found, matches
from nijigen_training.faces.detect.net import Exported

STEPS = 50
PULL = 1e-3
"""Keeps the slope finite if correct and wrong detections do not overlap."""


def calibrated(network: nn.Module) -> Exported:
    """Return the network with confidences that are the fraction of correct detections.

    Two numbers, a slope and an offset of the face's logit, are fitted by logistic regression
    (Platt 1999) over all boxes that are left after suppression on the held-out scenes.
    """
    plain = Exported(network)
    sure: list[NDArray[np.float32]] = []
    right: list[NDArray[np.bool_]] = []
    for scene in scenes.scenes("held_out"):
        picture = scenes.scene_picture(scene)
        boxes = found(plain, picture.pixels)[0]
        sure.append(boxes[:, 4])
        right.append(matches(boxes, picture.faces[:, :4]))
    for path in backgrounds.background_files("held_out"):
        boxes = found(plain, backgrounds.plain_pixels(path))[0]
        sure.append(boxes[:, 4])
        right.append(np.zeros(len(boxes), np.bool_))
    return Exported(network, *fitted(np.concatenate(sure), np.concatenate(right)))


def fitted(
    sure: NDArray[np.float32], right: Sequence[bool] | NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the slope and offset that calibrate logits.

    Without both correct and wrong detections there is nothing to fit: 1 and 0.
    """
    truth = np.asarray(right, np.float64)
    if not 0 < truth.sum() < len(truth):
        return 1.0, 0.0
    clipped = np.clip(sure.astype(np.float64), 1e-6, 1 - 1e-6)
    design = np.stack([np.log(clipped / (1 - clipped)), np.ones(len(truth))], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chance - truth) + PULL * (weights - (1.0, 0.0))
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + PULL * np.eye(2)
        weights = weights - np.clip(np.linalg.solve(curve, slope), -1, 1)
    return float(weights[0]), float(weights[1])

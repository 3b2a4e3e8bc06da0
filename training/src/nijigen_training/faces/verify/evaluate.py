"""Evaluation of the verifier on the proposals in validation scenes."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nijigen.faces._verifying import VERIFY_FACTOR, VERIFY_SIDE, shift_boxes
from nijigen.imaging.crops import square_crop
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import data_root
from nijigen_training.faces.detect.evaluate import Curve, scored, suppressed
from nijigen_training.faces.verify.data import parted
from nijigen_training.faces.verify.proposals import proposals, whole

Array = NDArray[np.float32]
BATCH = 64


def evaluate(network: nn.Module, validation: float) -> dict[str, float]:
    """Rank all proposals in the validation scenes by the verifier alone."""
    curve = ranked(network, validation)
    return {
        "average_precision": curve.average,
        "f1": curve.f1,
        "precision": curve.precision,
        "recall": curve.recall,
        "threshold": curve.threshold,
    }


def ranked(network: nn.Module, validation: float) -> Curve:
    """Return the precision-recall curve over the verifier's confidence."""
    found, truth = [], []
    for scene in parted("validation", validation):
        pixels = whole(scene.path)
        boxes = proposals()[scene.path.relative_to(data_root()).as_posix()]
        factor = pixels.shape[1] / scene.size[0]
        truth.append(np.array(scene.faces, np.float32).reshape(-1, 4) * factor)
        found.append(suppressed(verified(network, pixels, boxes[:, :4])))
    return scored(found, truth)


@torch.no_grad()
def verified(network: nn.Module, pixels: Pixels, boxes: Array) -> Array:
    """Return boxes moved to where the faces are, and their confidence: ``(n, 5)``."""
    device = next(network.parameters()).device
    answers = []
    for start in range(0, len(boxes), BATCH):
        part = boxes[start : start + BATCH]
        crops = [
            square_crop(
                pixels, (float(x0), float(y0), float(x1), float(y1)), VERIFY_FACTOR, VERIFY_SIDE
            )[0]
            for x0, y0, x1, y1 in part
        ]
        batch = torch.from_numpy(np.stack(crops)).to(device).permute(0, 3, 1, 2).float() / 255
        answer = network(batch).float()
        answer[:, 0] = answer[:, 0].sigmoid()
        answers.append(answer.cpu().numpy())
    if not answers:
        return np.zeros((0, 5), np.float32)
    answer = np.concatenate(answers)
    return np.concatenate([shift_boxes(boxes, answer[:, 1:]), answer[:, :1]], axis=1)

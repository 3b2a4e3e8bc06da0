"""Detection metrics: boxes matched by overlap, over all thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nijigen_training.data import backgrounds, scenes
from nijigen_training.data.degrade import luma
from nijigen_training.data.labelled import Pixels
from nijigen_training.faces.detect.net import Exported, centers

LONGER_SIDE = 480
OVERLAP = 0.4
"""Intersection over union from which a box counts as correct, as in the release criteria."""
NMS = 0.4
LEAST = 0.03
"""Detections with a lower confidence are ignored."""
MULTIPLE = 32
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Curve:
    """Precision, recall and threshold where F1 is highest, and average precision."""

    f1: float
    precision: float
    recall: float
    threshold: float
    average: float


def evaluate(network: nn.Module) -> dict[str, float]:
    """Measure on the held-out scenes, backgrounds and photographs."""
    model = Exported(network)
    device = next(network.parameters()).device
    real = [scenes.scene_picture(scene) for scene in scenes.scenes("held_out")]
    color = [found(model, picture.pixels, device) for picture in real]
    truth = [picture.faces[:, :4] for picture in real]
    curve = scored([boxes[0] for boxes in color], truth)
    gray = [
        found(model, np.repeat(luma(picture.pixels)[:, :, None], 3, axis=2), device)
        for picture in real
    ]
    faceless = [scenes.scene_picture(s).pixels for s in scenes.scenes("held_out") if not s.faces]
    faceless += [
        backgrounds.plain_pixels(path) for path in backgrounds.background_files("held_out")
    ]
    photos = [backgrounds.plain_pixels(path) for path in backgrounds.photo_files("held_out")]
    return {
        "f1": curve.f1,
        "precision": curve.precision,
        "recall": curve.recall,
        "threshold": curve.threshold,
        "average_precision": curve.average,
        "gray_recall": recall([boxes[0] for boxes in gray], truth, curve.threshold),
        "false_on_faceless": alarms(model, faceless, curve.threshold, device),
        "false_on_photographs": alarms(model, photos, curve.threshold, device),
    }


def prepared(pixels: Pixels, longer: int = LONGER_SIDE) -> tuple[Pixels, float]:
    """Reduce a picture to the network's input, padded to multiples of 32; also return the scale."""
    scale = min(1.0, longer / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    if scale < 1:
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    across, down = (-value % MULTIPLE for value in size)
    padded = np.pad(pixels, ((0, down), (0, across), (0, 0)), constant_values=128)
    return padded, scale


@torch.no_grad()
def found(
    model: nn.Module, pixels: Pixels, device: torch.device | str = "cpu"
) -> tuple[Array, Array]:
    """Return faces and heads, ``(n, 5)``: box in the picture and confidence, best first."""
    ready, scale = prepared(pixels)
    batch = torch.from_numpy(ready).to(device).permute(2, 0, 1)[None].float() / 255
    answer = model(batch)[0].float().cpu().numpy()
    return decoded(answer, ready.shape[0], ready.shape[1], scale)


def decoded(
    answer: Array, height: int, width: int, scale: float, least: float = LEAST
) -> tuple[Array, Array]:
    """Decode an output ``(cells, 10)``, in pixels of the picture before scaling."""
    points = centers(height, width)[0].numpy()
    both = []
    for at in (0, 5):
        sure = answer[:, at] >= least
        middle, distances = points[sure], answer[sure, at + 1 : at + 5]
        low, high = middle - distances[:, :2], middle + distances[:, 2:]
        boxes = np.concatenate([low / scale, high / scale, answer[sure, at, None]], axis=1)
        both.append(suppressed(boxes.astype(np.float32)))
    return both[0], both[1]


def suppressed(boxes: Array, limit: float = NMS) -> Array:
    """Return the most confident of boxes that overlap by more than ``limit``."""
    boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")][:300]
    kept: list[int] = []
    for number in range(len(boxes)):
        if not kept or overlaps(boxes[number : number + 1], boxes[kept]).max() <= limit:
            kept.append(number)
    return boxes[kept]


def overlaps(first: Array, second: Array) -> Array:
    """Return intersection over union of all pairs, ``(n, m)``."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:4], second[None, :, 2:4])
    common = (high - low).clip(0).prod(axis=2)
    one = (first[:, 2:4] - first[:, :2]).prod(axis=1)[:, None]
    other = (second[:, 2:4] - second[:, :2]).prod(axis=1)[None]
    result: Array = common / np.maximum(one + other - common, 1e-6)
    return result


def matches(boxes: Array, truth: Array, limit: float = OVERLAP) -> NDArray[np.bool_]:
    """Return which boxes (most confident first) are correct: each true box counts once."""
    right = np.zeros(len(boxes), np.bool_)
    if not len(boxes) or not len(truth):
        return right
    fits = overlaps(boxes, truth)
    for number in range(len(boxes)):
        best = int(fits[number].argmax())
        if fits[number, best] >= limit:
            right[number] = True
            fits[:, best] = -1
    return right


def scored(found_: Sequence[Array], truth: Sequence[Array]) -> Curve:
    """Return the best point of precision and recall over all pictures, and the area."""
    total = sum(len(boxes) for boxes in truth)
    sure = np.concatenate([boxes[:, 4] for boxes in found_])
    right = np.concatenate([matches(b, t) for b, t in zip(found_, truth, strict=True)])
    if not len(sure) or not total:
        return Curve(0.0, 0.0, 0.0, 0.5, 0.0)
    order = np.argsort(-sure, kind="stable")
    hits = np.cumsum(right[order])
    precision, recalled = hits / np.arange(1, len(hits) + 1), hits / total
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + total)
    best = int(f1.argmax())
    ceiling = np.maximum.accumulate(precision[::-1])[::-1]
    average = float((np.diff(recalled, prepend=0.0) * ceiling).sum())
    return Curve(
        float(f1[best]), float(precision[best]), float(recalled[best]),
        float(sure[order][best]), average,
    )  # fmt: skip


def recall(found_: Sequence[Array], truth: Sequence[Array], threshold: float) -> float:
    """Return the share of true boxes found at a threshold."""
    hits = sum(
        int(matches(boxes[boxes[:, 4] >= threshold], known).sum())
        for boxes, known in zip(found_, truth, strict=True)
    )
    return hits / max(1, sum(len(known) for known in truth))


def alarms(
    model: nn.Module, pictures: Sequence[Pixels], threshold: float, device: torch.device | str
) -> float:
    """Return the share of faceless pictures in which a face is found."""
    wrong = sum(
        bool((found(model, pixels, device)[0][:, 4] >= threshold).any()) for pixels in pictures
    )
    return wrong / max(1, len(pictures))

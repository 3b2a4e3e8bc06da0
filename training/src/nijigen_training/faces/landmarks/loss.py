"""The loss of landmarks: each term applies only to known labels."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from nijigen.faces._reading import LANDMARKS_SIDE
from nijigen_training.faces.landmarks.net import CELLS
from nijigen_training.faces.landmarks.points import CENTERS

SPREAD = 0.7
"""Standard deviation of the target heat map, in cells: narrower ones jump from cell to cell."""
CERTAIN = 0.4
"""Points with a lower weight have no target heat map: a mean could not correct a wrong peak."""


def losses(
    output: tuple[Tensor, Tensor, Tensor, Tensor],
    batch: dict[str, Tensor],
    weights: Mapping[str, float],
) -> dict[str, Tensor]:
    """Return ``loss`` and its parts.

    Args:
        output: The network's output.
        batch: Examples from ``lesson.shown``.
        weights: Weights of the loss terms.
    """
    points, seen, states, heat = (value.float() for value in output)
    middles = torch.stack([points[:, list(of)].mean(dim=1) for of in CENTERS.values()], dim=1)
    certain = batch["weights"] * (batch["weights"] > CERTAIN)
    parts = {
        "points": _weighted(distances(points, batch["points"]), batch["weights"]),
        "centers": _weighted(distances(middles, batch["centers"]), batch["center_weights"]),
        "heat": _weighted(-(wanted(batch["points"]) * heat).sum(dim=2), certain),
        "seen": _weighted(
            binary_cross_entropy_with_logits(seen, batch["seen"], reduction="none"),
            batch["seen_weight"].expand_as(seen),
        ),
        "states": _weighted(
            smooth_l1_loss(states, batch["states"], reduction="none", beta=0.1),
            batch["state_weights"],
        ),
    }
    total = sum((weights[name] * value for name, value in parts.items()), torch.zeros(()))
    return {"loss": total, **parts}


def distances(found: Tensor, true: Tensor) -> Tensor:
    """Return errors in pixels of the crop: quadratic below one pixel, linear above (Huber).

    The linear part limits the influence of the teacher's wrong answers.
    """
    off = (found - true) * LANDMARKS_SIDE
    return (off.square().sum(dim=2) + 1).sqrt() - 1


def wanted(points: Tensor) -> Tensor:
    """Return heat maps with their means at points in 0..1: ``(N, 64, 256)``, each with sum 1."""
    cells = torch.arange(CELLS, device=points.device, dtype=points.dtype) + 0.5
    off = (points[..., None] * CELLS - cells).square() / (2 * SPREAD * SPREAD)
    across, down = (-off).softmax(dim=3).unbind(dim=2)
    return (down.unsqueeze(3) * across.unsqueeze(2)).flatten(2)


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1.0)

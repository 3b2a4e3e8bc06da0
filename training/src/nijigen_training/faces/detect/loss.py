"""The detector's loss: the best cells for each box, separately for each class.

Task-aligned assignment as in TOOD (Feng et al. 2021): of the cells inside a box, those with the
best confidence and overlap combined are assigned, and a cell's target confidence is its overlap.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from nijigen_training.faces.detect.net import boxes, centers

CANDIDATES = 9
"""Largest number of cells per box."""
NEAR = 1.0
"""Smallest extent of a box to each side in strides: tiny faces contain no cell center."""
BOX_WEIGHT = 2.0
FOCUS = 2.0
"""Power of the error that reduces the weight of easy cells."""


def detection_loss(
    answer: Tensor, labels: tuple[Tensor, Tensor], size: tuple[int, int]
) -> dict[str, Tensor]:
    """Return the loss and its parts.

    Args:
        answer: ``(N, cells, 10)`` of the network, float32.
        labels: Faces and heads, ``(N, most, 5)``: a box and its weight. Weight 0 is a region
            with unknown labels; rows of zeros are empty.
        size: Height and width of the pictures.
    """
    points, strides = centers(*size, answer.device)
    total: dict[str, Tensor] = {}
    for number, name in enumerate(("face", "head")):
        at = 5 * number
        # Most rows are empty, and time goes with their number.
        used = int((labels[number] != 0).any(dim=-1).sum(dim=1).max())
        known = labels[number][:, : max(1, used)]
        logits, distances = answer[..., at], answer[..., at + 1 : at + 5]
        found = boxes(distances, points)
        truth, quality, weight, unknown = assigned(
            logits.detach(), found.detach(), known, points, strides
        )
        wrong = (logits.detach().sigmoid() - quality).abs() ** FOCUS
        each = functional.binary_cross_entropy_with_logits(logits, quality, reduction="none")
        sure = torch.where(weight > 0, weight, (~unknown).float())
        amount = (quality * weight).sum().clamp(min=1.0)
        total[f"{name}_confidence"] = (each * wrong * sure).sum() / amount
        chosen = weight > 0
        fit = 1 - complete_overlap(found[chosen], truth[chosen])
        total[f"{name}_box"] = BOX_WEIGHT * (fit * quality[chosen] * weight[chosen]).sum() / amount
    total["loss"] = (
        total["face_confidence"]
        + total["face_box"]
        + 0.5 * (total["head_confidence"] + total["head_box"])
    )
    return total


def assigned(
    logits: Tensor, found: Tensor, labels: Tensor, points: Tensor, strides: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Assign a box to each cell.

    Returns:
        For each cell ``(N, cells, …)``: the true box, the quality of its own box (0..1, 0 if there
        is none), the box's weight, and whether it is in an unknown region.
    """
    truth, weight = labels[..., :4], labels[..., 4]
    real = weight > 0
    extent = truth[..., 2:] > truth[..., :2]
    blank = extent.all(dim=-1) & ~real
    middle = (truth[..., :2] + truth[..., 2:]) / 2
    half = (truth[..., 2:] - truth[..., :2]) / 2
    # (N, most, cells, 2): how far the cell's center lies from the box's.
    off = (points - middle[:, :, None]).abs()
    unknown = ((off < half[:, :, None]).all(dim=-1) & blank[:, :, None]).any(dim=1)
    reach = torch.maximum(half[:, :, None], NEAR * strides[:, None])
    inside = (off < reach).all(dim=-1) & real[:, :, None]
    fit = overlap(found[:, None], truth[:, :, None]).clamp(min=0) * inside
    rank = logits.sigmoid()[:, None].clamp(min=1e-4).sqrt() * fit**4
    # Cells with no overlap yet still have an order: those near the middle first.
    near = 1 - (off / reach.clamp(min=1e-3)).amax(dim=-1)
    rank = (rank + 1e-7 * near.clamp(min=0)) * inside
    best = rank.topk(CANDIDATES, dim=-1)
    picked = torch.zeros_like(rank).scatter_(-1, best.indices, (best.values > 0).float()) > 0
    rank = torch.where(picked, rank, torch.zeros_like(rank))
    owner = rank.argmax(dim=1)
    taken = rank.amax(dim=1) > 0
    # The best cell of a box is to be as sure as its overlap; the others in proportion.
    top_rank = rank.amax(dim=-1, keepdim=True).clamp(min=1e-12)
    top_fit = (fit * picked).amax(dim=-1, keepdim=True)
    share = (rank / top_rank * top_fit.clamp(min=0.1)).gather(1, owner[:, None])[:, 0]
    box = truth.gather(1, owner[..., None].expand(-1, -1, 4))
    heavy = weight.gather(1, owner) * taken
    return box, torch.where(taken, share, torch.zeros_like(share)), heavy, unknown


def overlap(first: Tensor, second: Tensor) -> Tensor:
    """Return intersection over union of boxes ``(…, 4)``."""
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    common = (high - low).clamp(min=0).prod(dim=-1)
    area = (first[..., 2:] - first[..., :2]).clamp(min=0).prod(dim=-1)
    other = (second[..., 2:] - second[..., :2]).clamp(min=0).prod(dim=-1)
    return common / (area + other - common).clamp(min=1e-6)


def complete_overlap(first: Tensor, second: Tensor) -> Tensor:
    """Return the overlap minus penalties for center distance and aspect ratio (CIoU)."""
    low = torch.minimum(first[..., :2], second[..., :2])
    high = torch.maximum(first[..., 2:], second[..., 2:])
    diagonal = (high - low).square().sum(dim=-1).clamp(min=1e-6)
    apart = (first[..., :2] + first[..., 2:] - second[..., :2] - second[..., 2:]).square()
    shape = (torch.atan(_aspect(first)) - torch.atan(_aspect(second))).square() * (4 / torch.pi**2)
    fit = overlap(first, second)
    with torch.no_grad():
        share = shape / (1 - fit + shape).clamp(min=1e-6)
    return fit - apart.sum(dim=-1) / 4 / diagonal - share * shape


def _aspect(box: Tensor) -> Tensor:
    return (box[..., 2] - box[..., 0]) / (box[..., 3] - box[..., 1]).clamp(min=1e-3)

"""Where the white spot of a noisy picture is: cells with their confidence and centers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen_training import task

SIDE, STRIDE = 32, 8


class Net(nn.Module):
    """Three convolutions with what real networks have: normalisation, dropout, strides."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before in (3, width, width):
            layers += [
                nn.Conv2d(before, width, 3, 2, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.SiLU(),
            ]
        self.body = nn.Sequential(*layers, nn.Dropout(0.1))
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        """Return a score for each cell: (N, H/8, W/8)."""
        return self.head(self.body((picture - 0.5) / 0.25))[:, 0]


class Decoded(nn.Module):
    """The scores as (N, cells, 3): confidence and the cell's center."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        """Return confidence, x and y of every cell."""
        scores = self.net(picture).sigmoid()
        _, rows, columns = scores.shape
        x = ((torch.arange(columns) + 0.5) * STRIDE).expand_as(scores)
        y = ((torch.arange(rows) + 0.5) * STRIDE)[:, None].expand_as(scores)
        return torch.stack((scores, x, y), -1).flatten(1, 2)


class Task(task.Task):
    """The spot lies in one of 4 × 4 cells."""

    def network(self) -> nn.Module:
        return Net(self.recipe.net["width"])

    def example(self, index: int) -> task.Example:
        random = task.random(self.recipe, index)
        picture = random.integers(0, 120, (SIDE, SIDE, 3), dtype=np.uint8)
        row, column = random.integers(0, SIDE // STRIDE, 2)
        y, x = row * STRIDE, column * STRIDE
        picture[y + 2 : y + 6, x + 2 : x + 6] = 255
        return {"picture": picture, "cell": np.int64(row * (SIDE // STRIDE) + column)[None]}

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        scores = network(batch["picture"]).float().flatten(1)
        loss = nn.functional.cross_entropy(scores, batch["cell"][:, 0])
        size = scores.square().mean()
        return {"loss": loss + 0.001 * size, "cells": loss, "size": size}

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        wrong = 0
        for index in range(64):
            example = self.example(10**9 + index)
            picture = torch.from_numpy(example["picture"]).permute(2, 0, 1)[None].float() / 255
            wrong += int(network(picture).flatten().argmax().item() != example["cell"][0])
        return {"error": wrong / 64}

    def exported(self, network: nn.Module) -> nn.Module:
        return Decoded(network)

    def example_input(self) -> Tensor:
        return torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(1))

    def card(self) -> task.CardTexts:
        return task.CardTexts(
            task="toy",
            summary="Find the white spot of a noisy picture",
            training_data="Noise with a white spot, generated",
            limits=["It finds nothing but white spots on noise"],
            licence="Apache-2.0",
            failures="docs/toy.md",
        )

    def pack(self, folder: Path) -> None:
        (folder / "spots.txt").write_text("no real data is needed\n")

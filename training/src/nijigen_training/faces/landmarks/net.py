"""The landmark network: heat maps whose means are the points, and heads for the rest."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen_training.faces.blocks import Residual, convolution, trunk
from nijigen_training.faces.landmarks.points import CENTERS, COUNT, EYES_AND_MOUTH, STATES


class LandmarkNet(nn.Module):
    """Maps RGB in 0..1, ``(N, 3, 128, 128)``, to points, visibility, states and heat maps.

    A point is the mean of a heat map of 16 × 16 cells: the mean is more precise than a cell (8
    pixels), and unlike the output of a fully connected layer it follows the drawing. Hidden
    points are located by the deepest layers, which see the whole crop.
    """

    def __init__(self, widths: list[int], deep: int) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.fine, self.middle = trunk(first, second, third)
        self.deep = nn.Sequential(
            convolution(third, fourth, stride=2), *(Residual(fourth) for _ in range(deep))
        )
        self.context = convolution(fourth, third, kernel=1)
        self.join = convolution(third, third)
        self.heat = nn.Conv2d(third, COUNT, 1)
        self.seen = nn.Parameter(torch.zeros(COUNT, third))
        self.seen_bias = nn.Parameter(torch.ones(COUNT))
        self.states = nn.Sequential(
            nn.Linear(fourth + 2 * COUNT + 3 * third, fourth),
            nn.ReLU(inplace=True),
            nn.Linear(fourth, STATES),
        )
        places = (torch.arange(CELLS) + 0.5) / CELLS
        down, across = torch.meshgrid(places, places, indexing="ij")
        grid = torch.stack([across.flatten(), down.flatten()], dim=1)
        self.register_buffer("grid", grid, persistent=False)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the predictions for each face.

        Returns:
            Points ``(N, 64, 2)`` in 0..1 of the crop, scores of their visibility ``(N, 64)``,
            states ``(N, 6)`` as in ``points.py``, logarithms of the heat maps ``(N, 64, 256)``.
        """
        middle = self.middle(self.fine(picture * 4 - 2))
        deep = self.deep(middle)
        context = nn.functional.interpolate(self.context(deep), scale_factor=2.0, mode="nearest")
        joined = self.join(middle + context)
        heat = self.heat(joined).flatten(2).float().log_softmax(dim=2)
        weights = heat.exp()
        points = weights @ self.grid
        there = weights @ joined.flatten(2).transpose(1, 2).float()
        seen = (there * self.seen).sum(dim=2) + self.seen_bias
        # Pose and openness are mostly geometry: their head also gets the points, and the features
        # at the eyes and the mouth, which would be lost in the mean over the whole face.
        parts = [there[:, list(CENTERS[name])].mean(dim=1) for name in EYES_AND_MOUTH]
        whole = deep.mean(dim=(2, 3)).float()
        facts = torch.cat([whole, (points * 4 - 2).flatten(1), *parts], dim=1)
        return points, seen, self.states(facts), heat


CELLS = 16
"""Cells per side of a heat map."""


class Flat(nn.Module):
    """The exported module: x, y and visibility of each point, then the states, as one vector."""

    def __init__(self, network: LandmarkNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        """Return ``(N, 64 * 3 + 6)``."""
        points, seen, states, _ = self.network(picture)
        rows = torch.cat([points, seen.sigmoid().unsqueeze(2)], dim=2)
        return torch.cat([rows.flatten(1), states], dim=1)

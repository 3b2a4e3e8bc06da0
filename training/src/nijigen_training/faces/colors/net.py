"""The color network: a small trunk and two attention heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen_training.faces.blocks import Residual, convolution, trunk


class Reader(nn.Module):
    """Weights the cells of the picture by attention, and classifies a color from their features.

    A face is mostly skin, hair and clothes, and the eyes are only a few cells. In a mean over all
    cells they would be lost, so the weights are learned.
    """

    def __init__(self, inputs: int, width: int, names: int, dropout: float) -> None:
        super().__init__()
        self.features = convolution(inputs, width, kernel=1)
        self.looks = nn.Conv2d(inputs, LOOKS, 1)
        self.drop = nn.Dropout(dropout)
        self.names = nn.Linear(LOOKS * width, names)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores of the names: ``(N, names)``."""
        features = self.features(x).flatten(2)
        weights = self.looks(x).flatten(2).float().softmax(dim=2).to(features.dtype)
        seen = weights @ features.transpose(1, 2)
        scores: Tensor = self.names(self.drop(seen.flatten(1)))
        return scores


LOOKS = 2
"""Attention maps per head: for two eyes, or for hair in light and in shadow."""


class ColorNet(nn.Module):
    """Takes RGB in 0..1, ``(N, 3, 96, 96)``; gives scores of hair names and of eye names.

    The eyes are classified at a quarter of the size, 24 × 24 cells, with deeper features to locate
    them; hair, which is large, at an eighth and a sixteenth.
    """

    def __init__(self, widths: list[int], hair: int, eyes: int, dropout: float) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.fine, self.middle = trunk(first, second, third)
        self.deep = nn.Sequential(convolution(third, fourth, stride=2), Residual(fourth))
        self.known = convolution(third + fourth, second, kernel=1)
        self.hair = Reader(third + fourth, third, hair, dropout)
        self.eyes = Reader(2 * second, second, eyes, dropout)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores of hair ``(N, hair)`` and eyes ``(N, eyes)``."""
        fine = self.fine(picture * 4 - 2)
        middle = self.middle(fine)
        deep = nn.functional.interpolate(self.deep(middle), scale_factor=2.0, mode="nearest")
        context = torch.cat([middle, deep], dim=1)
        known = nn.functional.interpolate(self.known(context), scale_factor=2.0, mode="nearest")
        hair: Tensor = self.hair(context)
        eyes: Tensor = self.eyes(torch.cat([fine, known], dim=1))
        return hair, eyes


class Chances(nn.Module):
    """The exported module: the probabilities of all names, hair before eyes.

    Args:
        network: The network that returns the scores.
        usual: Subtracted from the scores of hair, ``(hair,)``, because frequent names are also
            predicted too often (Menon et al. 2021, "Long-tail learning via logit adjustment").
    """

    def __init__(self, network: ColorNet, usual: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("usual", usual)

    def forward(self, picture: Tensor) -> Tensor:
        """Return ``(N, hair + eyes)``; hair sums to 1, eyes sum to 1."""
        hair, eyes = self.network(picture)
        return torch.cat([(hair - self.usual).softmax(dim=1), eyes.softmax(dim=1)], dim=1)

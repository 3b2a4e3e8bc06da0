"""The parts network: EfficientNet-lite0 and a pyramid that adds its stages, coarse to fine."""

from __future__ import annotations

from torch import Tensor, nn

from nijigen.color._parts.names import PARTS
from nijigen.models._graphs.efficientnet_lite0 import STAGES
from nijigen_training.efficientnet import EfficientNet
from nijigen_training.faces.blocks import convolution

DEPTH, TAKEN = 6, (1, 2, 4, 5)
"""Stages of the trunk, and those whose features are used: a quarter, an eighth, and so on."""
TWICE = 2
"""The output has this multiple of the size of the finest features: half that of the picture."""


class PartNet(nn.Module):
    """Takes ``(N, 3, H, W)`` in 0..1; gives scores of ``PARTS``, ``(N, parts, H/2, W/2)``.

    The planes are paper without ink twice, and faces: 0 in the ellipses of their boxes, else 1.
    Height and width are multiples of 32.

    Args:
        width: Channels of the pyramid.
        frozen: Stages of the trunk that are not trained.
    """

    def __init__(self, width: int, frozen: int) -> None:
        super().__init__()
        self.features = EfficientNet(DEPTH, frozen)
        self.features.load_photographs()
        # What is in the whole picture: a lone face, several figures, none.
        self.whole = nn.Sequential(nn.Conv2d(STAGES[DEPTH - 1][1], width, 1), nn.ReLU(inplace=True))
        self.inward = nn.ModuleList(
            convolution(STAGES[number][1], width, kernel=1) for number in TAKEN
        )
        self.mix = nn.ModuleList(convolution(width, width) for _ in TAKEN)
        self.answer = nn.Conv2d(width, len(PARTS) * TWICE**2, 3, padding=1)
        self.grow = nn.PixelShuffle(TWICE)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the scores."""
        levels = self.features(pictures)
        deepest = levels[TAKEN[-1]]
        x = self.whole(deepest.mean(dim=(2, 3), keepdim=True))
        for step in reversed(range(len(TAKEN))):
            if step < len(TAKEN) - 1:
                x = nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = self.mix[step](self.inward[step](levels[TAKEN[step]]) + x)
        scores: Tensor = self.grow(self.answer(x))
        return scores


class Chances(nn.Module):
    """The exported module: the probabilities of the parts."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        """Return ``(N, parts, H/2, W/2)``; they sum to 1."""
        chances: Tensor = self.network(pictures).softmax(dim=1)
        return chances

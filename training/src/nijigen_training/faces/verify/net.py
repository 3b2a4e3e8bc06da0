"""The verifier's network: plain convolutions over a crop around one box."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nijigen_training.faces.blocks import Residual, convolution

CELLS = 4
"""Cells across the last features: a sixteenth of a crop of 64 pixels."""
COLUMNS = 5
"""Confidence, and how to move the box: see ``Verifier.forward``."""


class Verifier(nn.Module):
    """Float32 NCHW RGB in 0..1, ``(N, 3, 64, 64)``, to ``(N, 5)``.

    Args:
        widths: Channels at a half, a quarter, an eighth and a sixteenth of the size.
        blocks: Residual blocks at a quarter, an eighth and a sixteenth.
        dropout: Share of the last features that are left out in training.
    """

    def __init__(self, widths: Sequence[int], blocks: Sequence[int], dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = [convolution(3, widths[0], stride=2)]
        for narrow, wide, count in zip(widths, widths[1:], blocks, strict=False):
            layers.append(convolution(narrow, wide, stride=2))
            layers.extend(Residual(wide) for _ in range(count))
        self.layers = nn.Sequential(*layers)
        self.drop = nn.Dropout(dropout)
        # Every cell has weights of its own: eyes, mouth and hair have their places in the crop.
        self.answer = nn.Linear(widths[-1] * CELLS * CELLS, COLUMNS)
        nn.init.normal_(self.answer.weight, std=0.01)

    def forward(self, crops: Tensor) -> Tensor:
        """Return the logit that the box is a face's, and how to move the box if it is.

        The move is that of its center to the right and down, over the box's side, and the
        logarithms of what its width and height, both taken as that side, are multiplied by.
        """
        features = self.layers(crops * 4 - 2)
        answer: Tensor = self.answer(self.drop(features.flatten(1)))
        return answer


class Exported(nn.Module):
    """The network with a confidence instead of a logit."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> Tensor:
        """Return ``(N, 5)``."""
        raw = self.network(crops)
        return torch.cat([raw[:, :1].sigmoid(), raw[:, 1:]], dim=1)

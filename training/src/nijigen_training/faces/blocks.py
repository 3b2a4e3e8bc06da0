"""Convolution blocks shared by the face networks."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def convolution(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Return a convolution with normalization and ReLU, which ONNX Runtime fuses."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """A residual block of two convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same shape."""
        return torch.relu(x + self.second(self.first(x)))


def trunk(first: int, second: int, third: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Return the layers from RGB to a quarter of the size, and those from there to an eighth.

    Args:
        first: Channels at half the size.
        second: Channels at a quarter.
        third: Channels at an eighth.
    """
    fine = nn.Sequential(
        convolution(3, first, stride=2), convolution(first, second, stride=2), Residual(second)
    )
    middle = nn.Sequential(convolution(second, third, stride=2), Residual(third), Residual(third))
    return fine, middle

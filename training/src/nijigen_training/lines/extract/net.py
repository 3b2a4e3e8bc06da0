"""The line network: a U-Net at half the size, whose last layer gives the pixels back."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen_training.faces.blocks import Residual, convolution

LUMA = (0.299, 0.587, 0.114)


class HighPass(nn.Module):
    """RGB in 0..1 to what the network sees: gray, and what is darker or lighter than around it.

    The high-pass of sketchKeras' preprocessing, at two sizes; and the darkest channel's, since a
    colored line may be no darker than its surroundings.
    """

    luma: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luma", torch.tensor(LUMA).view(1, 3, 1, 1))

    def forward(self, picture: Tensor) -> Tensor:
        """Return ``(N, 4, H, W)``, about -1 to 1."""
        gray = nn.functional.conv2d(picture, self.luma)
        lowest = picture.amin(dim=1, keepdim=True)
        planes = [gray * 2 - 1]
        for plane, size in ((gray, 7), (gray, 21), (lowest, 7)):
            planes.append((plane - _mean(plane, size)) * 4)
        return torch.cat(planes, dim=1)


class LineNet(nn.Module):
    """Takes RGB in 0..1, ``(N, 3, H, W)``; gives logits of the kinds of lines, ``(N, 4, H, W)``.

    Height and width are multiples of 16.

    Args:
        widths: Channels at a half, a quarter, an eighth and a sixteenth of the size.
        kinds: Kinds of lines.
    """

    def __init__(self, widths: list[int], kinds: int) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.sees = HighPass()
        self.one = nn.Sequential(
            nn.PixelUnshuffle(2), convolution(16, first), convolution(first, first)
        )
        self.two = nn.Sequential(convolution(first, second, stride=2), Residual(second))
        self.three = nn.Sequential(convolution(second, third, stride=2), Residual(third))
        self.four = nn.Sequential(
            convolution(third, fourth, stride=2), Residual(fourth), Residual(fourth)
        )
        self.to_three = convolution(fourth, third, kernel=1)
        self.up_three = nn.Sequential(convolution(2 * third, third), Residual(third))
        self.to_two = convolution(third, second, kernel=1)
        self.up_two = nn.Sequential(convolution(2 * second, second), Residual(second))
        self.to_one = convolution(second, first, kernel=1)
        self.up_one = nn.Sequential(convolution(2 * first, first), convolution(first, first))
        last = nn.Conv2d(first, 4 * kinds, 3, 1, 1)
        # Lines are few: without this the first steps only learn that.
        assert last.bias is not None
        nn.init.constant_(last.bias, -3.0)
        self.last = nn.Sequential(last, nn.PixelShuffle(2))

    def forward(self, picture: Tensor) -> Tensor:
        """Return the logits."""
        one = self.one(self.sees(picture))
        two = self.two(one)
        three = self.three(two)
        four = self.to_three(self.four(three))
        deep = self.up_three(torch.cat([three, _twice(four)], dim=1))
        deep = self.up_two(torch.cat([two, _twice(self.to_two(deep))], dim=1))
        deep = self.up_one(torch.cat([one, _twice(self.to_one(deep))], dim=1))
        logits: Tensor = self.last(deep)
        return logits


class Coverage(nn.Module):
    """The exported module: the share of each pixel that each kind of line covers."""

    def __init__(self, network: LineNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        """Return ``(N, 4, H, W)`` in 0..1."""
        coverage: Tensor = self.network(picture).sigmoid()
        return coverage


def _mean(plane: Tensor, size: int) -> Tensor:
    """Return the mean of a square around each pixel: rows, then columns, which is faster."""
    for sides in ((size, 1), (1, size)):
        padding = (sides[0] // 2, sides[1] // 2)
        plane = nn.functional.avg_pool2d(plane, sides, 1, padding, count_include_pad=False)
    return plane


def _twice(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")

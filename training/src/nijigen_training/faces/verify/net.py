"""The verifier's network: it classifies a crop around one box, pretrained on photographs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen.faces._verifying import VERIFY_SIDE
from nijigen.models._graphs.efficientnet_lite0 import STAGES
from nijigen_training.efficientnet import EfficientNet

DEPTH, STRIDE = 5, 16
"""Stages that are used, and the reduction from the crop to the last features."""
COLUMNS = 5
"""Confidence, and the box offsets: see ``Verifier.forward``."""


class Verifier(nn.Module):
    """Maps float32 NCHW RGB in 0..1, ``(N, 3, 96, 96)``, to ``(N, 5)``.

    Args:
        dropout: Dropout probability of the last features in training.
        frozen: Stages of the backbone that are not trained.
    """

    def __init__(self, dropout: float, frozen: int) -> None:
        super().__init__()
        self.features = EfficientNet(DEPTH, frozen)
        self.features.load_photographs()
        self.drop = nn.Dropout(dropout)
        # Every cell has its own weights: eyes, mouth and hair have typical places in the crop.
        channels, cells = STAGES[DEPTH - 1][1], (VERIFY_SIDE // STRIDE) ** 2
        self.answer = nn.Linear(channels * cells, COLUMNS)
        nn.init.normal_(self.answer.weight, std=0.01)

    def forward(self, crops: Tensor) -> Tensor:
        """Return the logit that the box is a face, and its offset to the true box if it is.

        The offset is the shift of its center to the right and down, relative to the box's side, and
        the logarithms of the true width and height relative to that side.
        """
        answer: Tensor = self.answer(self.drop(self.features(crops)[-1].flatten(1)))
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

"""The verifier's network: it classifies a crop around one box, pretrained on photographs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen.faces._verifying import VERIFY_SIDE
from nijigen.models._graphs.efficientnet_lite0 import STAGES
from nijigen_training.efficientnet import EfficientNet

DEPTH, STRIDE = 5, 16
"""Stages that are taken, and how much smaller the last features are than the crop."""
COLUMNS = 5
"""Confidence, and how to move the box: see ``Verifier.forward``."""


class Verifier(nn.Module):
    """Float32 NCHW RGB in 0..1, ``(N, 3, 96, 96)``, to ``(N, 5)``.

    Args:
        dropout: Share of the last features that are left out in training.
        frozen: Stages of the trunk that are not trained.
    """

    def __init__(self, dropout: float, frozen: int) -> None:
        super().__init__()
        self.features = EfficientNet(DEPTH, frozen)
        self.features.load_photographs()
        self.drop = nn.Dropout(dropout)
        # Every cell has weights of its own: eyes, mouth and hair have their places in the crop.
        channels, cells = STAGES[DEPTH - 1][1], (VERIFY_SIDE // STRIDE) ** 2
        self.answer = nn.Linear(channels * cells, COLUMNS)
        nn.init.normal_(self.answer.weight, std=0.01)

    def forward(self, crops: Tensor) -> Tensor:
        """Return the logit that the box is a face's, and how to move the box if it is.

        The move is that of its center to the right and down, over the box's side, and the
        logarithms of what its width and height, both taken as that side, are multiplied by.
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

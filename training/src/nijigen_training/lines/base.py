"""What the tasks of line networks share: what is exported, and an input to check it with."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nijigen_training import task
from nijigen_training.lines.extract.net import Coverage, LineNet


class LineTask(task.Task):
    """A task whose network gives the coverage by lines."""

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with coverage as its output."""
        assert isinstance(network, LineNet)
        return Coverage(network)

    def example_input(self) -> Tensor:
        """Return two pictures."""
        return torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(0))

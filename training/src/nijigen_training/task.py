"""The interface that a model folder implements to train and export its network."""

from __future__ import annotations

import importlib
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from nijigen_training.card import CardTexts as CardTexts
from nijigen_training.graph import Graph
from nijigen_training.recipe import ROOT
from nijigen_training.recipe import Recipe as Recipe

Example = dict[str, NDArray[Any]]
"""One training example: ``picture`` (uint8 HWC RGB) and whatever the loss needs.

Arrays of one name have the same shape in all examples: they are stacked."""


class Task(ABC):
    """The training task of one network: its examples, loss and evaluation.

    It is constructed from its recipe alone, in the main process and in every worker, so the
    constructor must be cheap and generate nothing; data is read for the first example.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    @abstractmethod
    def network(self) -> nn.Module:
        """Create the network with random weights; the loop seeds torch first."""

    @abstractmethod
    def example(self, index: int) -> Example:
        """Return training example number ``index``; there are infinitely many.

        It depends only on the recipe's seed and the index
        (``np.random.default_rng((recipe.seed, index))``), so workers need no state, and a resumed
        run sees exactly the same examples as an uninterrupted one.
        """

    @abstractmethod
    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the ``loss`` to minimize, and its parts for the log, as scalars.

        Args:
            network: In training mode, or a wrapper of it; runs under autocast.
            batch: The stacked examples on the device. ``picture`` is float32 NCHW in 0..1,
                channels-last; the rest is unchanged. Compute losses in float32.
        """

    @abstractmethod
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Evaluate on the held-out split, for one point of the learning curve.

        Args:
            network: The averaged weights, in evaluation mode, on the device of the run, without
                gradients. It takes float32 NCHW in 0..1 on the device of its parameters.
        """

    @abstractmethod
    def exported(self, network: nn.Module) -> nn.Module:
        """Return the module to export to ONNX: one input, one output, including decoding."""

    def restored(self, network: nn.Module, graph: Graph) -> nn.Module:
        """Return what :meth:`exported` returned when this graph was written.

        The network's layers already have the graph's weights. A task with weights outside of layers
        sets them here (they are NaN), and reads from the graph what ``exported`` would measure.

        Raises:
            ValueError: The graph belongs to another network.
        """
        return self.exported(network)

    @abstractmethod
    def example_input(self) -> Tensor:
        """Return an example input for the export, of two pictures: float32 NCHW RGB in 0..1."""

    @abstractmethod
    def card(self) -> CardTexts:
        """Return the texts of the model's card."""

    def pack(self, folder: Path) -> None:  # noqa: B027
        """Write all real data that training needs into an empty folder, under 64 MiB.

        With ``NIJIGEN_DATA`` set to that folder, the task must work as with the complete data. A
        task that generates all its data writes nothing.
        """


def load_task(recipe: Recipe) -> Task:
    """Return the task of a recipe, from the ``task.py`` next to it."""
    if recipe.folder.is_relative_to(ROOT):
        module = ".".join(("nijigen_training", *recipe.folder.relative_to(ROOT).parts, "task"))
    else:
        # Worker processes inherit the path.
        if str(recipe.folder.parent) not in sys.path:
            sys.path.insert(0, str(recipe.folder.parent))
        module = f"{recipe.folder.name}.task"
    made: Task = importlib.import_module(module).Task(recipe)
    return made


def random(recipe: Recipe, index: int) -> np.random.Generator:
    """Return the random number generator for one example."""
    return np.random.default_rng((recipe.seed, index))

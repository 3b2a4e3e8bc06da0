"""What a model folder must offer for its network to be trained and exported."""

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
    """One network to be made: its examples, loss and evaluation.

    It is made from its recipe alone, in the main process and in every worker, so the constructor
    must be cheap and draw nothing; data is read when the first example is asked for.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    @abstractmethod
    def network(self) -> nn.Module:
        """Make the network with fresh weights; the loop seeds torch before."""

    @abstractmethod
    def example(self, index: int) -> Example:
        """Make training example number ``index``, of which there is no end.

        It depends on the recipe's seed and the index alone
        (``np.random.default_rng((recipe.seed, index))``): so workers need no state, and a run
        that is resumed sees exactly what it would have seen.
        """

    @abstractmethod
    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the ``loss`` that is made small, and its parts for the log, as scalars.

        Args:
            network: In training mode, or a wrapper of it; runs under autocast.
            batch: The stacked examples on the device. ``picture`` is float32 NCHW in 0..1,
                channels-last; all else as the examples have it. Calculate losses in float32.
        """

    @abstractmethod
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Measure on the split that training never sees; one point of the learning curve.

        Args:
            network: The averaged weights, in evaluation mode, on the device of the run; gradients
                are off. Give it float32 NCHW in 0..1 on the device of its parameters.
        """

    @abstractmethod
    def exported(self, network: nn.Module) -> nn.Module:
        """Return what goes to ONNX: one input, one output, decoding included."""

    def restored(self, network: nn.Module, graph: Graph) -> nn.Module:
        """Return what :meth:`exported` made of a network when this graph was written.

        The layers of the network have the weights of the graph. A task whose network has weights
        elsewhere too sets them here (they are NaN), and takes from the graph what ``exported``
        would measure.

        Raises:
            ValueError: The graph is of another network.
        """
        return self.exported(network)

    @abstractmethod
    def example_input(self) -> Tensor:
        """Return an input for the export, of two pictures: float32 NCHW RGB in 0..1."""

    @abstractmethod
    def card(self) -> CardTexts:
        """Return the texts of the model's card."""

    def pack(self, folder: Path) -> None:  # noqa: B027
        """Write all real data that training needs into an empty folder, under 64 MiB.

        With ``NIJIGEN_DATA`` set to that folder the task must work as it does with the whole
        data. A task that generates all its data has nothing to write.
        """


def load_task(recipe: Recipe) -> Task:
    """Return the task of a recipe, from the ``task.py`` beside it."""
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
    """Return the random numbers of one example."""
    return np.random.default_rng((recipe.seed, index))

"""A network as a runtime loads it: its inputs and outputs, and the function that runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Network = Callable[[Mapping[str, Array]], list[Array]]
"""Takes all inputs by name and returns all outputs in order."""


@dataclass(frozen=True)
class Port:
    """An input or output of a network.

    Attributes:
        name: Its name.
        shape: Length of every axis; None is any.
        dtype: Its NumPy name.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"

    def suits(self, shape: tuple[int, ...]) -> bool:
        """Return whether the port accepts an array of this shape."""
        return len(shape) == len(self.shape) and all(
            stated in (None, length) for stated, length in zip(self.shape, shape, strict=True)
        )


@dataclass(frozen=True)
class Opened:
    """A network loaded by a runtime."""

    network: Network
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

"""Everything of a run that is needed to go on exactly where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nijigen.core.errors import InputError
from nijigen.imaging.atomic import replacing
from nijigen_training.task import Task

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"

Row = dict[str, float]
"""One line of the learning curve."""


@dataclass
class Progress:
    """How far a run has come."""

    steps: int = 0
    pictures: int = 0
    """How many examples were drawn: the number of the next one."""
    first: int = 0
    """The number of the first: the weights that a run began with have seen others before."""
    seconds: float = 0.0
    """Spent in all, evaluations included."""
    evaluated: float = 0.0
    """``seconds`` after the last evaluation."""
    skipped: int = 0
    """Steps whose gradient was not finite and was thrown away."""
    best: float | None = None
    rows: list[Row] = field(default_factory=list)


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a file of weights whole or not at all.

    Raises:
        OutputError: It cannot be written; what was there stays.
    """
    with replacing(path) as file:
        torch.save(state, file)


def load(path: Path) -> dict[str, Any]:
    """Read a file of weights; nothing in it is executed.

    Raises:
        InputError: It cannot be read.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # zip, pickle and system errors have no class in common
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(
            f"{path} cannot be read: {reason}", "give --fresh to begin anew, or another folder"
        ) from None
    return state


def load_best(task: Task, run: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Return the network with the best weights of a run, ready to evaluate, and what made it.

    Raises:
        InputError: The run has no weights yet, or those of another network.
    """
    path = run / BEST
    if not path.is_file():
        raise InputError(
            f"there is no {path}", f"run: nijigen-training run {task.recipe.name} --out {run}"
        )
    state = load(path)
    network = task.network()
    try:
        network.load_state_dict(state["network"])
    except (KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path} is of another network: {reason}", "name its folder") from None
    return network.eval().requires_grad_(False), state

"""The complete state of a run, for resuming it exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nijigen.core.atomic import replacing
from nijigen.core.errors import InputError
from nijigen_training.task import Task

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"

Row = dict[str, float]
"""One line of the learning curve."""


@dataclass
class Progress:
    """The progress of a run."""

    steps: int = 0
    pictures: int = 0
    """Number of examples used so far: the number of the next one."""
    first: int = 0
    """Number of the first example: the initial weights have seen the ones before it."""
    seconds: float = 0.0
    """Total time, including evaluations."""
    evaluated: float = 0.0
    """``seconds`` after the last evaluation."""
    skipped: int = 0
    """Steps whose gradient was not finite and was discarded."""
    best: float | None = None
    rows: list[Row] = field(default_factory=list)


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint file completely or not at all.

    Raises:
        OutputError: It cannot be written; an existing file is left unchanged.
    """
    with replacing(path) as file:
        torch.save(state, file)


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint file; no code in it is executed.

    Raises:
        InputError: It cannot be read.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # zip, pickle and system errors have no class in common
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(
            f"{path} cannot be read: {reason}", "use --fresh to start over, or another folder"
        ) from None
    return state


def load_best(task: Task, run: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Return the network with the best weights of a run, ready to evaluate, and its saved state.

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

"""Batches of training examples, made by worker processes in a fixed order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from nijigen_training.device import Device
from nijigen_training.recipe import Recipe
from nijigen_training.task import Task, load_task


class _Examples(Dataset[dict[str, Tensor]]):
    """Examples by their number; a worker gets the recipe and makes the task anew."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.task: Task | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"recipe": self.recipe, "task": None}

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        self.task = self.task or load_task(self.recipe)
        example = self.task.example(index)
        return {
            name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in example.items()
        }


class _Numbers(Sampler[list[int]]):
    """The numbers of the examples of each batch, from a given one on and without end."""

    def __init__(self, start: int, batch: int) -> None:
        self.start, self.batch = start, batch

    def __iter__(self) -> Iterator[list[int]]:
        start = self.start
        while True:
            yield list(range(start, start + self.batch))
            start += self.batch


def batches(recipe: Recipe, device: Device, start: int) -> Iterator[dict[str, Tensor]]:
    """Yield batches without end, on the device, from example number ``start`` on.

    ``picture`` is float32 NCHW in 0..1, channels-last; all else as the examples have it. Workers
    are started by spawning: forking a process that runs OpenMP threads can hang.
    """
    spawned: dict[str, Any] = {}
    if device.workers:
        spawned = {
            "num_workers": device.workers,
            "multiprocessing_context": "spawn",
            "worker_init_fn": _set_up_worker,
            "prefetch_factor": 4,
        }
    loader = DataLoader(
        _Examples(recipe),
        batch_sampler=_Numbers(start, recipe.on(device.kind).batch),
        pin_memory=device.kind == "cuda",
        # Without one of its own, the loader draws from torch's random numbers when it begins,
        # and a resumed run would go on with others than one that was never stopped.
        generator=torch.Generator(),
        **spawned,
    )
    for batch in loader:
        moved = {name: value.to(device.torch, non_blocking=True) for name, value in batch.items()}
        # The bytes lie as channels-last does already.
        moved["picture"] = moved["picture"].permute(0, 3, 1, 2).float().div_(255)
        yield moved


def _set_up_worker(_: int) -> None:
    # Ctrl-C and `timeout` reach the whole group of processes, but the step in hand must be
    # finished and saved: the main process ends the workers when it is done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    torch.set_num_threads(1)
    limit_opencv()


def limit_opencv() -> None:
    """Let OpenCV work in one thread: there is a process for every core already."""
    import cv2

    cv2.setNumThreads(1)

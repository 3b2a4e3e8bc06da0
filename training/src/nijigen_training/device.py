"""The training device: CPU or GPU, number of threads, precision."""

from __future__ import annotations

import os
import platform
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from nijigen.core.errors import InputError

Choice = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class Device:
    """Where training runs."""

    kind: Literal["cpu", "cuda"]
    bfloat16: bool
    """Whether to multiply in bfloat16; weights and losses stay float32."""
    threads: int
    workers: int
    """Processes that generate examples; 0 means the main process."""

    @property
    def torch(self) -> torch.device:
        """As torch names it."""
        return torch.device(self.kind)

    @property
    def description(self) -> str:
        """The description for the card, such as ``4 threads of AMD EPYC``."""
        if self.kind == "cuda":
            return torch.cuda.get_device_name()
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{threads} of {_cpu_fact('model name') or platform.machine()}"

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context under which networks run."""
        return torch.autocast(self.kind, torch.bfloat16, enabled=self.bfloat16)


def choose(
    choice: Choice = "auto", threads: int | None = None, workers: int | None = None
) -> Device:
    """Choose a device and configure torch for it.

    Args:
        choice: ``auto`` uses a GPU if there is one.
        threads: CPU threads for the network; the default is that of :func:`shared_out`.
        workers: The default is that of :func:`shared_out`, and with a GPU all cores but one.

    Raises:
        InputError: A GPU is requested, but there is none.
    """
    there = torch.cuda.is_available()
    if choice == "cuda" and not there:
        raise InputError("there is no GPU that torch can use", "give --device cpu")
    kind: Literal["cpu", "cuda"] = "cuda" if there and choice != "cpu" else "cpu"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = cores or 1
    usual_threads, usual_workers = shared_out(cores)
    threads = threads or usual_threads
    torch.set_num_threads(threads)
    if kind == "cuda":
        # Float32 products in TF32: 10 bits of mantissa, but many times faster.
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        usual_workers = cores - 1
    bfloat16 = kind == "cuda" or bool({"avx512_bf16", "amx_bf16"} & _cpu_flags())
    return Device(kind, bfloat16, threads, usual_workers if workers is None else workers)


def shared_out(cores: int) -> tuple[int, int]:
    """Return the number of CPU threads for the network, and of processes that generate examples.

    This is a fixed rule instead of a measurement, because sums over another number of threads
    differ in their last bits, so two runs of one recipe would end with different weights.

    Threads wait for each other after every layer. On two busy cores, two threads take 92 ms per
    picture, but one thread next to two processes takes 15 (faces/colors, load 6 to 11). A single
    core gains nothing from another process. More cores were not measured; there, one process keeps
    the cores busy while the network waits.
    """
    if cores <= 2:
        return 1, 2 * (cores - 1)
    return cores, 1


def _cpu_flags() -> set[str]:
    """Return the processor's feature flags, if the system lists them."""
    return set(_cpu_fact("flags").split())


def _cpu_fact(name: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")

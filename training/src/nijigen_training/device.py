"""What a network is trained on: CPU or GPU, how many threads, which number format."""

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
    """Multiply in bfloat16; weights and losses stay float32."""
    threads: int
    workers: int
    """Processes that make examples; 0 is the main process itself."""

    @property
    def torch(self) -> torch.device:
        """As torch names it."""
        return torch.device(self.kind)

    @property
    def description(self) -> str:
        """What goes on the card, such as ``4 threads of AMD EPYC``."""
        if self.kind == "cuda":
            return torch.cuda.get_device_name()
        return f"{self.threads} threads of {_cpu_fact('model name') or platform.machine()}"

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context under which networks run."""
        return torch.autocast(self.kind, torch.bfloat16, enabled=self.bfloat16)


def choose(
    choice: Choice = "auto", threads: int | None = None, workers: int | None = None
) -> Device:
    """Choose a device and set torch up for it.

    Args:
        choice: ``auto`` takes a GPU where there is one.
        threads: Of the network on a CPU; by default as many as the cores of this process.
        workers: By default 1 beside a CPU that has a core to spare, and on a GPU machine all
            cores but one.

    Raises:
        InputError: A GPU is asked for that is not there.
    """
    there = torch.cuda.is_available()
    if choice == "cuda" and not there:
        raise InputError("there is no GPU that torch can use", "give --device cpu")
    kind: Literal["cpu", "cuda"] = "cuda" if there and choice != "cpu" else "cpu"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = cores or 1
    threads = threads or cores
    torch.set_num_threads(threads)
    if kind == "cuda":
        # Float32 products in TF32: 10 bits of mantissa, as many times faster as it matters here.
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        default_workers = cores - 1
    else:
        # A worker beside a network that uses every core only takes turns with it, but keeps the
        # cores busy while the network waits; on a single core it costs memory and gains nothing.
        default_workers = min(1, cores - 1)
    bfloat16 = kind == "cuda" or bool({"avx512_bf16", "amx_bf16"} & _cpu_flags())
    return Device(kind, bfloat16, threads, default_workers if workers is None else workers)


def _cpu_flags() -> set[str]:
    """Return what the processor can do, where the system says so."""
    return set(_cpu_fact("flags").split())


def _cpu_fact(name: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")

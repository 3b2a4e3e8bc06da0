"""The CPU: its model, and what it can do."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

INT8 = {"avx512_vnni", "avx_vnni", "asimddp"}
"""Names in /proc/cpuinfo of VNNI on x86, and of the dot products of ARM."""


@cache
def cpu_model() -> str:
    """Return the name of the CPU, as the system gives it."""
    return _field("model name") or platform.processor() or platform.machine()


@cache
def multiplies_int8() -> bool:
    """Return whether the CPU has instructions for dot products of 8-bit integers.

    Without them ONNX Runtime is not only slower: on other x86 CPUs it adds pairs of products in 16
    bits, which saturate, so that results differ. Known on Linux only.
    """
    return bool(INT8 & {*_field("flags").split(), *_field("Features").split()})


def _field(name: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in pairs if key.strip() == name), "")

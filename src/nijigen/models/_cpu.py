"""The CPU: its model and what it can calculate."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path


@cache
def cpu_model() -> str:
    """Return the name of the CPU, as the system gives it."""
    return _field("model name") or platform.processor() or platform.machine()


@cache
def has_int8_dot_products() -> bool:
    """Return whether the CPU multiplies 8-bit numbers exactly (VNNI).

    Without it, ONNX Runtime adds pairs of products in 16 bits, which saturate. False where the
    system does not say.
    """
    flags = _field("flags").split()
    return "avx512_vnni" in flags or "avx_vnni" in flags


def _field(name: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in pairs if key.strip() == name), "")

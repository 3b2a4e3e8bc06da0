"""Choose the runtime of a network.

A runtime's name includes its precision, so that the same name gives the same bytes with the same
version and number of threads: ``openvino`` computes in float32, ``openvino-bf16`` in bfloat16,
``onnxruntime-int8`` in 8-bit integers. The runtimes that were used, and those requested for
reproducing a result, are in :mod:`nijigen.core.runtimes`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import Literal, get_args

from nijigen.core.errors import ModelError
from nijigen.core.extras import install
from nijigen.core.runtimes import requested
from nijigen.models.card import ModelCard

Runtime = Literal["onnxruntime", "onnxruntime-int8", "openvino", "openvino-bf16", "ncnn"]

ORDER: tuple[Runtime, ...] = (
    "onnxruntime-int8",
    "openvino-bf16",
    "ncnn",
    "openvino",
    "onnxruntime",
)
"""If a result used several, a network ran on the first of these that supports it. Only the last two
support all networks."""
NEEDS: dict[Runtime, str] = {
    "onnxruntime-int8": "dot products of 8-bit integers (VNNI)",
    "openvino-bf16": "bfloat16",
}
"""What a runtime requires of the CPU."""
SWITCH = "NIJIGEN_RUNTIME"


def choose(
    card: ModelCard,
    key: str,
    cpu_has: Callable[[Runtime], bool],
    fastest: Callable[[Sequence[Runtime]], Runtime],
    *,
    allow_int8: bool,
) -> Runtime:
    """Choose the runtime of a network.

    It is one of the requested runtimes, or else ``NIJIGEN_RUNTIME``, or else the installed one that
    is fastest on this CPU. The variable is a preference: if that runtime cannot run a network, the
    closest one that can is used. A request is strict: each network gets the runtime that it used
    for the original result, or an error explains why it cannot.

    Args:
        card: The model's card.
        key: Key of the network.
        cpu_has: Whether the CPU has what a runtime needs; only called if it is installed.
        fastest: Times the runtimes of a network that enlarges; other networks are small, and run on
            OpenVINO in bfloat16 if they can, or else on ONNX Runtime.
        allow_int8: Whether the caller corrects what 8-bit integers change.

    Raises:
        ModelError: The runtime is unknown, not installed, or cannot run the network.
    """
    can = [
        runtime
        for runtime in ORDER
        if _can(runtime, card, key) and (allow_int8 or runtime != "onnxruntime-int8")
    ]
    setting = os.environ.get(SWITCH, "")
    required = [_known(name, "the requested runtime") for name in requested()]
    for name in required:
        # Even if another one could run this network: it is not the one used originally.
        _require(name)
    if required:
        fitting = [runtime for runtime in can if runtime in required]
        if not fitting:
            raise ModelError(
                f"model {card.name} cannot run on {' or '.join(required)}",
                f"it can run on {_row(can)}",
            )
        chosen = fitting[0]
    elif setting:
        preferred = _known(setting, SWITCH)
        _require(preferred)
        nearest: Runtime = "openvino" if preferred == "openvino-bf16" else "onnxruntime"
        chosen = preferred if preferred in can else nearest
    else:
        there = [name for name in can if find_spec(_package(name)) and _runs(name, cpu_has)]
        if card.task == "upscale" and len(there) > 1:
            return fastest(there)
        return "openvino-bf16" if "openvino-bf16" in there else "onnxruntime"
    if not _runs(chosen, cpu_has):
        raise ModelError(
            f"model {card.name} cannot run on {chosen}: this CPU has no {NEEDS[chosen]}",
            f"it can run on {_row(runtime for runtime in can if runtime != chosen)}",
        )
    return chosen


def _can(runtime: Runtime, card: ModelCard, key: str) -> bool:
    """Return whether a runtime can run a network, installed or not."""
    if runtime == "ncnn":
        # Only the ONNX graph includes the processing around a network.
        return card.format == "ncnn" and card.shape(key).plain
    if runtime == "onnxruntime-int8":
        return bool(card.net(key).ranges)
    return runtime != "openvino-bf16" or card.precision == "any"


def _runs(runtime: Runtime, cpu_has: Callable[[Runtime], bool]) -> bool:
    return runtime not in NEEDS or cpu_has(runtime)


def _known(name: str, what: str) -> Runtime:
    for runtime in get_args(Runtime):
        if runtime == name:
            known: Runtime = runtime
            return known
    raise ModelError(f"{what} is {name!r}", f"known: {_row(get_args(Runtime))}")


def _require(runtime: Runtime) -> None:
    if not find_spec(_package(runtime)):
        raise ModelError(
            f"the requested runtime {runtime} is not installed",
            f"run: {install('fast')}, or unset {SWITCH} if it is set",
        )


def _package(runtime: Runtime) -> str:
    return runtime.partition("-")[0]


def _row(names: Iterable[str]) -> str:
    return ", ".join(names)

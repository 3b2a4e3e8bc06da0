"""Choose the runtime of a network.

A runtime's name says its precision too, so that the same name gives the same bytes, as far as its
version and the number of threads are the same: ``openvino`` calculates in float32,
``openvino-bf16`` in bfloat16. What was used and what is asked for again is in
:mod:`nijigen.core.runtimes`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Literal, get_args

from nijigen.core.errors import ModelError
from nijigen.core.extras import install
from nijigen.core.runtimes import requested
from nijigen.models.card import ModelCard

Runtime = Literal["onnxruntime", "openvino", "openvino-bf16", "ncnn"]

ORDER: tuple[Runtime, ...] = ("openvino-bf16", "ncnn", "openvino", "onnxruntime")
"""Where several were used at once, which one ran a network: the first that can. Only the last two
run all networks."""
SWITCH = "NIJIGEN_RUNTIME"


def choose(card: ModelCard, key: str, calculates_in_bfloat16: Callable[[], bool]) -> Runtime:
    """Choose the runtime of a network.

    That is one of those that are requested, else ``NIJIGEN_RUNTIME``, else the fastest that is
    installed. The switch is a wish: a network that its runtime cannot run is run by the nearest
    that can. A request is none: of the runtimes that made a result, each network gets the one that
    it ran on then, or the error says why it cannot.

    Args:
        card: Of the model.
        key: Of the network.
        calculates_in_bfloat16: Whether the CPU does; only asked where OpenVINO is installed.

    Raises:
        ModelError: What is asked for is unknown, not installed, or cannot run the network.
    """
    can = [runtime for runtime in ORDER if _can(runtime, card, key)]
    stated = os.environ.get(SWITCH, "")
    asked = [_known(name, "the runtime asked for") for name in requested()]
    for name in asked:
        # Even if another would do for this network: it would not be the one used then.
        _require(name)
    if asked:
        fitting = [runtime for runtime in can if runtime in asked]
        if not fitting:
            raise ModelError(
                f"model {card.name} cannot run on {' or '.join(asked)}", f"it can on {_row(can)}"
            )
        chosen = fitting[0]
    elif stated:
        wish = _known(stated, SWITCH)
        _require(wish)
        nearest: Runtime = "openvino" if wish == "openvino-bf16" else "onnxruntime"
        chosen = wish if wish in can else nearest
    elif "openvino-bf16" in can and find_spec("openvino") and calculates_in_bfloat16():
        return "openvino-bf16"
    else:
        return "ncnn" if "ncnn" in can and find_spec("ncnn") else "onnxruntime"
    if chosen == "openvino-bf16" and not calculates_in_bfloat16():
        raise ModelError(
            f"model {card.name} cannot run on openvino-bf16: this CPU has no bfloat16",
            f"it can on {_row(runtime for runtime in can if runtime != chosen)}",
        )
    return chosen


def _can(runtime: Runtime, card: ModelCard, key: str) -> bool:
    """Return whether a runtime can run a network, installed or not."""
    if runtime == "ncnn":
        # Only the ONNX graph includes the processing around a network.
        return card.format == "ncnn" and card.shape(key).plain
    return runtime != "openvino-bf16" or card.precision == "any"


def _known(name: str, what: str) -> Runtime:
    for runtime in get_args(Runtime):
        if runtime == name:
            known: Runtime = runtime
            return known
    raise ModelError(f"{what} is {name!r}", f"known: {_row(get_args(Runtime))}")


def _require(runtime: Runtime) -> None:
    if not find_spec(runtime.removesuffix("-bf16")):
        raise ModelError(
            f"the requested runtime {runtime} is not installed",
            f"run: {install('fast')}, or unset {SWITCH} where that asks for it",
        )


def _row(names: Iterable[str]) -> str:
    return ", ".join(names)

"""Run networks; the only place that imports an inference runtime.

ONNX Runtime is always there. The extra ``fast`` brings two more, which are chosen where they are
faster: OpenVINO on CPUs that calculate in bfloat16, and elsewhere ncnn, whose Winograd
convolutions need half the multiplications, for networks that come in its format.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import ModelError, SettingsError
from nijigen.core.extras import install_module
from nijigen.imaging.tiling import Geometry
from nijigen.models import store
from nijigen.models._onnx_cache import onnx_bytes
from nijigen.models.card import ModelCard, load_card

Batch = NDArray[np.float32]
Network = Callable[[Batch], Batch]
Runtime = Literal["onnxruntime", "openvino", "ncnn"]

OPEN_AT_ONCE = 5
"""Sessions kept open, enough for the four of faces and one that enlarges: each holds its weights
and the working memory of its largest tile."""

_open: OrderedDict[tuple[object, ...], Session] = OrderedDict()
_lock = threading.Lock()
_stated_threads: int | None = None


@dataclass(frozen=True)
class Session:
    """A network that is ready to run.

    Calling it takes float32 NCHW RGB in 0..1; it may be called from several threads. Of a network
    that makes pictures the result is the same kind, ``geometry.scale`` times the input without
    ``geometry.border`` at every side; of others it is float32 of the shape that their users know.
    The same input gives the same bytes, on one runtime and one number of threads.
    """

    model: str
    key: str
    geometry: Geometry
    runtime: Runtime
    network: Network

    def __call__(self, batch: Batch) -> Batch:
        """Run the network.

        Raises:
            ModelError: The size does not suit the network, or the network cannot run.
        """
        border, multiple = self.geometry.border, self.geometry.multiple_of
        if any(side <= 2 * border or side % multiple for side in batch.shape[2:]):
            raise ModelError(
                f"model {self.model} cannot take {batch.shape[3]}×{batch.shape[2]} pixels",
                f"give more than {2 * border} pixels a side, and a multiple of {multiple}",
            )
        return self.network(np.ascontiguousarray(batch, np.float32))


def open_session(model: str, key: str | None = None) -> Session:
    """Return a session of a network, the same one as long as it is kept open.

    Args:
        model: Name of the model.
        key: Of the network; by default the one that the card prefers.

    Raises:
        NotFound: There is no such model or network.
        ModelError: Weights are missing or corrupt, or the runtime asked for is not installed.
    """
    card = load_card(model)
    key = key or card.default
    hashes = tuple(file.sha256 for file in card.net(key).parts.values())
    with _lock:
        runtime = _runtime(card, key)
        identity = (model, key, hashes, card.framing(key), runtime, threads())
        session = _open.get(identity)
        if session is None:
            opener = {"onnxruntime": _onnxruntime, "openvino": _openvino, "ncnn": _ncnn}[runtime]
            session = Session(model, key, card.geometry(key), runtime, opener(card, key))
            _open[identity] = session
        _open.move_to_end(identity)
        while len(_open) > OPEN_AT_ONCE:
            _open.popitem(last=False)
    return session


def set_threads(count: int | None) -> None:
    """Say how many threads a network may use; None is what the environment says.

    Raises:
        SettingsError: The number is less than 1.
    """
    global _stated_threads
    if count is not None and count < 1:
        raise SettingsError(f"{count} threads cannot work", "give 1 or more", field="threads")
    _stated_threads = count


def threads() -> int:
    """Return how many threads a network may use.

    That is what :func:`set_threads` said, else ``NIJIGEN_THREADS``, else the CPUs that this
    process may run on.

    Raises:
        SettingsError: ``NIJIGEN_THREADS`` is no number of 1 or more.
    """
    if _stated_threads is not None:
        return _stated_threads
    stated = os.environ.get("NIJIGEN_THREADS", "")
    if stated:
        if not stated.isdecimal() or int(stated) < 1:
            raise SettingsError(
                f"NIJIGEN_THREADS is {stated!r}",
                "set it to 1 or more, or unset it",
                field="threads",
            )
        return int(stated)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _runtime(card: ModelCard, key: str) -> Runtime:
    """Choose: what ``NIJIGEN_RUNTIME`` says, else the fastest that is installed."""
    native = card.format == "ncnn" and card.shape(key).plain
    stated = os.environ.get("NIJIGEN_RUNTIME", "")
    if stated:
        for runtime in get_args(Runtime):
            if runtime == stated:
                return _forced(runtime, native)
        raise ModelError(f"NIJIGEN_RUNTIME is {stated!r}", f"known: {', '.join(get_args(Runtime))}")
    if card.precision == "any" and find_spec("openvino") and _calculates_in_bfloat16():
        return "openvino"
    return "ncnn" if native and find_spec("ncnn") else "onnxruntime"


def _forced(runtime: Runtime, native: bool) -> Runtime:
    if not find_spec(runtime):
        raise ModelError(
            f"NIJIGEN_RUNTIME asks for {runtime}, which is not installed",
            f"run: {install_module(runtime)}, or unset NIJIGEN_RUNTIME",
        )
    # Some networks exist only as ONNX; those run where they can.
    return "onnxruntime" if runtime == "ncnn" and not native else runtime


def _onnxruntime(card: ModelCard, key: str) -> Network:
    import onnxruntime

    # Says nothing by itself: what goes wrong is raised as an error, in our words.
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    # Threads that spin while they wait burn CPU time of everybody else and gain nothing here.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    graph = onnx_bytes(card, key, store.files(card.name, key))
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions have no class in common
        raise _broken(card, error) from None
    name = session.get_inputs()[0].name

    def run(batch: Batch) -> Batch:
        try:
            result: Batch = session.run(None, {name: batch})[0]
        except Exception as error:
            raise _broken(card, error) from None
        return result

    return run


@cache
def _openvino_core() -> Any:
    import openvino

    return openvino.Core()


@cache
def _calculates_in_bfloat16() -> bool:
    return "BF16" in _openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _openvino(card: ModelCard, key: str) -> Network:
    core = _openvino_core()
    options = {
        "INFERENCE_NUM_THREADS": threads(),
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": (
            "bf16" if card.precision == "any" and _calculates_in_bfloat16() else "f32"
        ),
        "LOG_LEVEL": "LOG_NONE",
    }
    graph = onnx_bytes(card, key, store.files(card.name, key))
    try:
        compiled = core.compile_model(core.read_model(graph), "CPU", options)
    except Exception as error:
        raise _broken(card, error) from None
    request = compiled.create_infer_request()
    turn = threading.Lock()

    def run(batch: Batch) -> Batch:
        with turn:
            try:
                result: Batch = request.infer([batch], share_inputs=True)[0]
            except Exception as error:
                raise _broken(card, error) from None
            return result.copy()

    return run


def _ncnn(card: ModelCard, key: str) -> Network:
    # Its threads wait for each other by spinning. On a busy machine that halves what comes out:
    # 0.105 against 0.196 megapixels per CPU second (cunet, tiles of 128). Read when it is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = threads()
    net.opt.use_vulkan_compute = False
    # Half precision would change results by up to four percent of the range.
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage", "bf16_packed"):
        if hasattr(net.opt, f"use_{name}"):
            setattr(net.opt, f"use_{name}", False)
    paths = store.files(card.name, key)
    if net.load_param(str(paths["param"])) or net.load_model(str(paths["bin"])):
        raise _broken(card, "ncnn cannot read it")
    source, result = net.input_names()[0], net.output_names()[0]
    trim = card.framing(key).trim

    def run(batch: Batch) -> Batch:
        planes = []
        for picture in batch:
            extractor = net.create_extractor()
            # A copy, because ncnn would look at memory that may be gone.
            extractor.input(source, ncnn.Mat(picture).clone())
            failed, plane = extractor.extract(result)
            if failed:
                raise _broken(card, "ncnn cannot run it")
            planes.append(np.array(plane))
        stack: Batch = np.stack(planes)
        return stack[:, :, trim:-trim, trim:-trim] if trim else stack

    return run


def _broken(card: ModelCard, error: object) -> ModelError:
    reason = (str(error).strip().splitlines() or ["?"])[-1]
    return ModelError(
        f"model {card.name} cannot run: {reason}", f"run: nijigen models get {card.name}"
    )

"""Run networks; the only place that imports an inference runtime.

ONNX Runtime and ncnn are always installed; the extra ``fast`` adds OpenVINO. Networks that enlarge
run on the one that is fastest on this CPU: ncnn's Winograd convolutions need half the
multiplications, OpenVINO uses bfloat16 where the CPU has it, and ONNX Runtime 8-bit integers.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import ModelError, NotFound, SettingsError
from nijigen.core.runtimes import record
from nijigen.imaging.tiling import Geometry
from nijigen.models import store
from nijigen.models._choice import Runtime, choose
from nijigen.models._cpu import multiplies_int8
from nijigen.models._fits import check_fits, size_of
from nijigen.models._onnx.cache import int8_bytes, onnx_bytes
from nijigen.models._onnx.graph import with_outputs
from nijigen.models._ports import Array, Opened, Port
from nijigen.models._timing import fastest
from nijigen.models.card import ModelCard, load_card

Batch = NDArray[np.float32]

OPEN_AT_ONCE = 5
"""Sessions kept open, enough for the four of faces and one for upscaling: each holds its weights
and the working memory for its largest tile."""

DTYPES = {
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}
"""ONNX Runtime's type names; all others are float32."""

_open: OrderedDict[tuple[object, ...], Session] = OrderedDict()
_lock = threading.Lock()
_thread_limit: int | None = None
_of_thread = threading.local()


@dataclass(frozen=True)
class Session:
    """A network that is ready to run; can be called from several threads.

    It is called with float32 NCHW RGB in 0..1. A network for pictures returns the same kind,
    ``geometry.scale`` times the input without ``geometry.border`` at every side; other networks
    return float32 of a shape that depends on the network. Use :meth:`run` for networks with several
    inputs or outputs. The same input gives the same bytes for a given runtime and number of
    threads.
    """

    model: str
    key: str
    geometry: Geometry
    runtime: Runtime
    opened: Opened

    @property
    def inputs(self) -> tuple[Port, ...]:
        """The input ports."""
        return self.opened.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """The output ports."""
        return self.opened.outputs

    def __call__(self, batch: Batch) -> Batch:
        """Run a network with a single input and output.

        Raises:
            ModelError: The size does not suit the network, or the network cannot run.
        """
        border, multiple = self.geometry.border, self.geometry.multiple_of
        if any(side <= 2 * border or side % multiple for side in batch.shape[2:]):
            raise ModelError(
                f"model {self.model} cannot take {batch.shape[3]}×{batch.shape[2]} pixels",
                f"each side must be over {2 * border} pixels and a multiple of {multiple}",
            )
        if len(self.inputs) > 1 or len(self.outputs) > 1:
            raise ModelError(
                f"model {self.model} has several inputs or outputs",
                f"use run() with their names: {_names(self.inputs)} to {_names(self.outputs)}",
            )
        (answer,) = self.run({self.inputs[0].name: batch}).values()
        return answer

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Return all outputs by name.

        Args:
            inputs: An array for the name of every input.

        Raises:
            ModelError: Names or shapes do not suit the network, or the network cannot run.
        """
        if inputs.keys() != {port.name for port in self.inputs}:
            raise ModelError(
                f"model {self.model} takes {_names(self.inputs)}, not {', '.join(inputs)}",
                "pass an array for each of these names",
            )
        for port in self.inputs:
            shape = inputs[port.name].shape
            if not port.suits(shape):
                raise ModelError(
                    f"model {self.model} cannot take {size_of(shape)} as {port.name!r}",
                    f"its card requires {size_of(port.shape)} (? is any)",
                )
        given = {
            port.name: np.ascontiguousarray(inputs[port.name], port.dtype) for port in self.inputs
        }
        names = [port.name for port in self.outputs]
        return dict(zip(names, self.opened.network(given), strict=True))


def open_session(
    model: str,
    key: str | None = None,
    outputs: Sequence[str] | None = None,
    *,
    allow_int8: bool = False,
) -> Session:
    """Return a session of a network, the same one as long as it is kept open.

    Args:
        model: Name of the model.
        key: Key of the network; by default the card's default network.
        outputs: Names of the required outputs, if the card lists several: what only the others
            need is not computed. By default all.
        allow_int8: Whether the network may compute in 8-bit integers, which shifts colors by a few
            levels of 255: for callers that correct that.

    Raises:
        NotFound: There is no such model, network or output.
        ModelError: Weights are missing or corrupt, or the requested runtime is not installed.
    """
    card = load_card(model)
    key = key or card.default
    wanted = tuple(outputs or ())
    stated = card.net(key).outputs
    if not stated.keys() >= set(wanted):
        raise NotFound(
            f"model {model} has no output {', '.join(set(wanted) - stated.keys())}",
            f"known: {', '.join(stated)}",
        )
    hashes = tuple(file.sha256 for file in card.net(key).parts.values())
    with _lock:
        timed = partial(_fastest, card, key)
        runtime = choose(card, key, _cpu_has, timed, allow_int8=allow_int8)
        identity = (model, key, hashes, card.framing(key), runtime, threads(), wanted)
        session = _open.get(identity)
        if session is None:
            opened = _read(card, key, runtime, wanted)
            check_fits(card, key, opened, wanted)
            session = Session(model, key, card.geometry(key), runtime, opened)
            _open[identity] = session
        _open.move_to_end(identity)
        while len(_open) > OPEN_AT_ONCE:
            _open.popitem(last=False)
    record(runtime)
    return session


def import_runtime() -> None:
    """Import ONNX Runtime now: after USearch, importing it would end the process."""
    import onnxruntime  # noqa: F401


def set_threads(count: int | None) -> None:
    """Set how many threads a network may use; None restores the environment's setting.

    Raises:
        SettingsError: The number is less than 1.
    """
    global _thread_limit
    if count is not None and count < 1:
        raise SettingsError(f"{count} threads are not possible", "use 1 or more", field="threads")
    _thread_limit = count


def limit_this_thread(count: int) -> None:
    """Set how many threads a network may use that this thread opens and runs.

    For pools whose threads each work on a picture of their own.
    """
    _of_thread.limit = count


def threads() -> int:
    """Return how many threads a network may use.

    It is the limit of this thread, or the number set by :func:`set_threads`, or else
    ``NIJIGEN_THREADS``, or else the number of CPUs available to this process.

    Raises:
        SettingsError: ``NIJIGEN_THREADS`` is not a number of 1 or more.
    """
    of_thread: int | None = getattr(_of_thread, "limit", None)
    if of_thread is not None:
        return of_thread
    if _thread_limit is not None:
        return _thread_limit
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


def _fastest(card: ModelCard, key: str, runtimes: Sequence[Runtime]) -> Runtime:
    def load(runtime: Runtime) -> Callable[[Batch], object]:
        opened = _read(card, key, runtime, ())
        return lambda batch: opened.network({opened.inputs[0].name: batch})

    runners = {runtime: partial(load, runtime) for runtime in runtimes}
    return fastest(card.name, card.geometry(key), runners, threads())


def _read(card: ModelCard, key: str, runtime: Runtime, outputs: Sequence[str]) -> Opened:
    if runtime == "ncnn":
        return _ncnn(card, key)
    files = store.files(card.name, key)
    if runtime == "onnxruntime-int8":
        return _onnxruntime(card, int8_bytes(card, key, files))
    graph = onnx_bytes(card, key, files)
    if outputs:
        graph = with_outputs(graph, outputs)
    if runtime == "onnxruntime":
        return _onnxruntime(card, graph)
    return _openvino(card, graph, "bf16" if runtime == "openvino-bf16" else "f32")


def _onnxruntime(card: ModelCard, graph: bytes) -> Opened:
    import onnxruntime

    # Silence its own logging: failures are raised as our own errors.
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    # Threads that spin while waiting burn CPU time of other processes and gain nothing here.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions have no class in common
        raise _broken(card, error) from None
    inputs, outputs = (
        tuple(
            Port(port.name, _lengths(port.shape), DTYPES.get(port.type, "float32"))
            for port in ports
        )
        for ports in (session.get_inputs(), session.get_outputs())
    )

    def run(given: Mapping[str, Array]) -> list[Array]:
        try:
            answers: list[Array] = session.run(None, given)
        except Exception as error:
            raise _broken(card, error) from None
        return answers

    return Opened(run, inputs, outputs)


def _cpu_has(runtime: Runtime) -> bool:
    return multiplies_int8() if runtime == "onnxruntime-int8" else _calculates_in_bfloat16()


@cache
def _openvino_core() -> Any:
    import openvino

    return openvino.Core()


@cache
def _calculates_in_bfloat16() -> bool:
    return "BF16" in _openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _openvino(card: ModelCard, graph: bytes, precision: str) -> Opened:
    core = _openvino_core()
    options = {
        "INFERENCE_NUM_THREADS": threads(),
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
        "LOG_LEVEL": "LOG_NONE",
    }
    try:
        model = core.read_model(graph)
        compiled = core.compile_model(model, "CPU", options)
    except Exception as error:
        raise _broken(card, error) from None
    inputs, outputs = (
        tuple(
            Port(
                port.any_name,
                tuple(side.get_length() if side.is_static else None for side in port.partial_shape),
                port.element_type.to_dtype().name,
            )
            for port in ports
        )
        # Not from the compiled model, whose ports also have the names of merged blobs.
        for ports in (model.inputs, model.outputs)
    )
    request = compiled.create_infer_request()
    turn = threading.Lock()

    def run(given: Mapping[str, Array]) -> list[Array]:
        with turn:
            try:
                answers = request.infer(dict(given), share_inputs=True)
            except Exception as error:
                raise _broken(card, error) from None
            return [answers[port].copy() for port in compiled.outputs]

    return Opened(run, inputs, outputs)


def _ncnn(card: ModelCard, key: str) -> Opened:
    # Its threads wait for each other by spinning. On a busy machine that halves the throughput:
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

    def run(given: Mapping[str, Array]) -> list[Array]:
        planes = []
        for picture in given[source]:
            extractor = net.create_extractor()
            # A copy, because ncnn would access memory that may be freed.
            extractor.input(source, ncnn.Mat(picture).clone())
            failed, plane = extractor.extract(result)
            if failed:
                raise _broken(card, "ncnn cannot run it")
            planes.append(np.array(plane))
        stack = np.stack(planes)
        return [stack[:, :, trim:-trim, trim:-trim] if trim else stack]

    pictures = (None, 3, None, None)
    return Opened(run, (Port(source, pictures),), (Port(result, pictures),))


def _lengths(shape: Iterable[Any]) -> tuple[int | None, ...]:
    """Return the fixed lengths; runtimes have names or ranges for the others."""
    return tuple(side if isinstance(side, int) else None for side in shape)


def _names(ports: Iterable[Port]) -> str:
    return ", ".join(port.name for port in ports)


def _broken(card: ModelCard, error: object) -> ModelError:
    reason = (str(error).strip().splitlines() or ["?"])[-1]
    return ModelError(
        f"model {card.name} cannot run: {reason}", f"run: nijigen models get {card.name}"
    )

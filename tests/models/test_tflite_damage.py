"""Files of TensorFlow Lite that are damaged, or lie: one clear error, in bounded time."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import numpy as np
import pytest

from models.tflite_cases import CASES, PICTURE, file_of, numbers
from models.tflite_landmarks import PART
from models.tflite_writer import TfliteNet, flatbuffer, flexbuffer
from nijigen.core.errors import ModelError
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite import convert
from nijigen.models._tflite.flexbuffer import read_options

WHOLE = [
    "conv",
    "sparse",
    "bytes",
    "half",
    "slice",
    "transposed-same",
    "reshape",
    "resize-half",
    "part",
]


def refused(data: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        convert({"pack/net.tflite": data})
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("case", WHOLE)
def test_cut_short(case: str) -> None:
    data = file_of(case)
    # Weights and paddings at the very end may be gone without a trace; the rest may not.
    for length in range(0, len(data) - 16, 13):
        with contextlib.suppress(ModelError):
            convert({"net.tflite": data[:length]})
    refused(data[: len(data) // 2])


@pytest.mark.parametrize("case", WHOLE)
def test_changed_bits(case: str) -> None:
    data, chance = file_of(case), np.random.default_rng(5)
    started = time.process_time()
    for _ in range(150):
        changed = bytearray(data)
        for place in chance.integers(0, len(data), chance.integers(1, 4)):
            changed[place] ^= 1 << int(chance.integers(8))
        with contextlib.suppress(ModelError):
            convert({"net.tflite": bytes(changed)})
    assert time.process_time() - started < 20


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 100, b"\x08\0\0\0TFL3" + b"\xff" * 200])
def test_no_file_of_this_kind(data: bytes) -> None:
    assert "net.tflite" in refused(data)


def test_one_file_is_meant() -> None:
    for source in ({}, {"a": b"", "b": b""}):
        with pytest.raises(ModelError, match="is 1 file"):
            convert(source)


def test_tables_that_overlap_are_not_read_again_and_again() -> None:
    """Thousands of tensors that are all the same one, of as many axes."""
    tensor = {0: np.ones(40_000, "<i4")}
    started = time.process_time()
    assert "overlap" in refused(flatbuffer({2: [{0: [tensor] * 40_000}], 4: [{}]}, b"TFL3"))
    assert "60000 tables" in refused(flatbuffer({2: [{0: [tensor] * 60_000}]}, b"TFL3"))
    assert time.process_time() - started < 5


def net_with(build: Any) -> bytes:
    net = TfliteNet()
    x = net.tensor(PICTURE, "x")
    return net.file([x], [build(net, x)])


def window(**changes: tuple[str, int]) -> dict[int, Any]:
    names = {"padding": 0, "width": 1, "height": 2, "activation": 3, "spread": 4}
    options = {0: ("b", 1), 1: ("i", 1), 2: ("i", 1)}
    return options | {names[name]: value for name, value in changes.items()}


KERNEL, BIAS = numbers(5, 3, 2, 4), numbers(5)
CONV = (1, 5, 5, 5)


def conv(options: Any = None, kernel: Any = KERNEL, bias: Any = BIAS, shape: Any = CONV) -> Any:
    def build(net: TfliteNet, x: int) -> int:
        inputs = [x, net.constant(kernel), net.constant(bias)]
        return net.operator("CONV_2D", inputs, shape, options or window())

    return build


def sized(kind: str, numbers_: Any, shape: Any, options: Any = None) -> Any:
    return lambda net, x: net.operator(kind, [x, net.constant(numbers_)], shape, options)


def face(options: bytes = b"x", version: int = 2) -> Any:
    def build(net: TfliteNet, x: int) -> int:
        rows = net.operator("RESHAPE", [x], (1, 56, 3))
        kind = "Landmarks2TransformMatrix"
        return net.operator(kind, [rows], (1, 4, 4), custom=options, version=version)

    return build


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (conv(shape=(1, 5, 5, 6)), r"the shape \(1, 5, 5, 5\), not \(1, 5, 5, 6\)"),
        (conv(bias=numbers(4)), "numbers of biases"),
        (conv(kernel=numbers(5, 3, 2, 3)), "does not match a picture"),
        (conv(kernel=numbers(5, 9, 2, 4)), "larger than its picture"),
        (conv(kernel=numbers(5, 4)), "a kernel has the shape"),
        (conv(window(padding=("b", 2))), "padding is unknown"),
        (conv(window(width=("i", 0))), "invalid size"),
        (conv(window(spread=("i", -1))), "are inconsistent"),
        (conv(window(activation=("b", 5))), "'sign_bit' is not supported"),
        (conv(window(activation=("b", 77))), "'number 77' is not supported"),
        (sized("PAD", np.array([0, 0, 1], np.int32), PICTURE), "damaged"),
        (sized("PAD", np.array([0, 0, 1, 1], np.int32), PICTURE), "padding does not match"),
        (sized("PAD", np.array([0, 0, -1, 0, 0, 0, 0, 0], np.int32), PICTURE), "does not match"),
        (sized("MEAN", np.array([4], np.int32), PICTURE), "out of range"),
        (sized("MEAN", np.array([1.5], np.float32), PICTURE), "list of integers"),
        (sized("RESIZE_BILINEAR", np.array([4], np.int32), PICTURE), "damaged"),
        (sized("RESIZE_BILINEAR", np.array([0, 4], np.int32), PICTURE), "invalid size"),
        (sized("ADD", numbers(3), PICTURE), "do not match"),
        (sized("FULLY_CONNECTED", numbers(3, 5), (1, 3)), "cannot be reshaped"),
        (lambda net, x: net.operator("ADD", [x], PICTURE), "an input is missing"),
        (lambda net, x: net.operator("CONV_2D", [x, x, x], PICTURE, window()), "not constant"),
        (lambda net, x: net.operator("RESHAPE", [x], (1, 7, 6, 5)), "cannot be reshaped"),
        (lambda net, x: net.operator("CONCATENATION", [], PICTURE), "inputs are missing"),
        (
            lambda net, x: net.operator("DEPTH_TO_SPACE", [x], PICTURE, {0: ("i", 3)}),
            "multiple of the block",
        ),
        (
            lambda net, x: net.operator("SOFTMAX", [x], PICTURE, {0: ("f", 2.0)}),
            "a beta other than 1",
        ),
        (lambda net, x: net.operator("RELU", [x], PICTURE, result="i1"), "floating point"),
        (
            lambda net, x: net.operator("Convolution2DTransposeBias", [x], PICTURE, custom=b"1"),
            "truncated",
        ),
        (face(version=1), "version 1 of the operator Landmarks2TransformMatrix"),
        (face(b""), "truncated"),
        (face(flexbuffer({})), "subset_idxs of an operator is missing"),
        (face(flexbuffer(PART)[:-9] + flexbuffer(PART)[-8:]), "option|integer|offset|map"),
        (face(flexbuffer(PART | {"subset_idxs": []})), "index of a landmark"),
        (face(flexbuffer(PART | {"subset_idxs": [56]})), "index of a landmark"),
        (face(flexbuffer(PART | {"left_rotation_idx": 1.5})), "not an integer"),
        (face(flexbuffer(PART | {"output_width": 0})), "the width 0"),
        (face(flexbuffer({**PART, "scale_x": [1]})), "option of an operator is missing"),
        (lambda net, x: net.constant(np.zeros(3, np.float32), (4,)), "number of values"),
        (lambda net, x: net.constant(np.zeros(6, np.float32), (-2, -3)), "number of values"),
        (lambda net, x: net.tensor((3,)), "no operator computes the output"),
        (lambda net, x: x, "not unique"),
        (lambda net, x: 99, "a missing tensor"),
    ],
)
def test_what_does_not_fit_together(build: Any, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        convert({"net.tflite": net_with(build)})


def test_options_of_changed_bytes() -> None:
    chance, whole = np.random.default_rng(4), flexbuffer(PART)
    for _ in range(2000):
        changed = bytearray(whole)
        for place in chance.integers(0, len(whole), chance.integers(1, 4)):
            changed[place] = int(chance.integers(256))
        with contextlib.suppress(Unreadable):
            read_options(bytes(changed))


def test_options_in_other_widths() -> None:
    """Written by another implementation: single bytes, eight bytes, lists with kinds."""
    flexbuffers = pytest.importorskip("flatbuffers.flexbuffers")
    for value in (
        {"a": 1, "b": [1, 2, 3]},
        {"a": -70000, "b": [2**40, -1], "c": 0.25, "d": True},
        {"mixed": [1, 0.5, 300]},
    ):
        assert read_options(bytes(flexbuffers.Dumps(value))) == value
    with pytest.raises(Unreadable, match="more than numbers"):
        read_options(bytes(flexbuffers.Dumps({"a": [[1, 2], [3]]})))


def test_inputs_of_bytes_are_refused() -> None:
    net = TfliteNet()
    x = net.tensor(PICTURE, "x", kind="u1")
    data = net.file([x], [net.operator("RELU", [x], PICTURE)])
    assert "'x' is not float32" in refused(data)


def test_cases_here_are_whole() -> None:
    """What is damaged above is read while it is not."""
    for case in WHOLE:
        assert case in CASES
        convert({"net.tflite": file_of(case)})

"""Small networks of TensorFlow Lite, and what numpy makes of the same numbers."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.tflite_landmarks import matrix, matrix_expected, part, part_expected, put_back
from models.tflite_writer import TfliteNet

Array = NDArray[Any]
SAME, VALID = ("b", 0), ("b", 1)
RELU, RELU6 = ("b", 1), ("b", 3)

PICTURE = (1, 7, 6, 4)
"""Odd by even, so that padding is uneven on one side."""


def numbers(*shape: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def windows(x: Array, size: Any, strides: Any, same: bool, fill: float, spread: int = 1) -> Array:
    """Return ``(n, h, w, kh, kw, c)``: what every place of a window sees."""
    reach = [(side - 1) * spread + 1 for side in size]
    pads = [(0, 0)]
    for side, window, stride in zip(x.shape[1:3], reach, strides, strict=True):
        total = max((math.ceil(side / stride) - 1) * stride + window - side, 0) if same else 0
        pads.append((total // 2, total - total // 2))
    x = np.pad(x, [*pads, (0, 0)], constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(x, reach, (1, 2))
    seen = seen[:, :: strides[0], :: strides[1], :, ::spread, ::spread]
    return seen.transpose(0, 1, 2, 4, 5, 3)


KERNEL, BIAS = numbers(5, 3, 2, 4), numbers(5)


def conv(net: TfliteNet, x: int) -> int:
    options = {0: SAME, 1: ("i", 1), 2: ("i", 2), 3: RELU}
    inputs = [x, net.constant(KERNEL), net.constant(BIAS)]
    return net.operator("CONV_2D", inputs, (1, 4, 6, 5), options)


def conv_expected(x: Array) -> Array:
    seen = windows(x, (3, 2), (2, 1), True, 0)
    return np.maximum(np.einsum("nhwyxc,oyxc->nhwo", seen, KERNEL) + BIAS, 0)


def spread_conv(net: TfliteNet, x: int) -> int:
    options = {0: VALID, 1: ("i", 1), 2: ("i", 1), 4: ("i", 2), 5: ("i", 2)}
    inputs = [x, net.constant(KERNEL), net.constant(BIAS)]
    return net.operator("CONV_2D", inputs, (1, 3, 4, 5), options)


def spread_conv_expected(x: Array) -> Array:
    seen = windows(x, (3, 2), (1, 1), False, 0, spread=2)
    return np.einsum("nhwyxc,oyxc->nhwo", seen, KERNEL) + BIAS


GROUPED = numbers(6, 1, 1, 2)


def grouped_conv(net: TfliteNet, x: int) -> int:
    options = {0: VALID, 1: ("i", 1), 2: ("i", 1)}
    return net.operator(
        "CONV_2D", [x, net.constant(GROUPED), net.constant(numbers(6))], (1, 7, 6, 6), options
    )


def grouped_conv_expected(x: Array) -> Array:
    first, second = x[..., :2] @ GROUPED[:3, 0, 0].T, x[..., 2:] @ GROUPED[3:, 0, 0].T
    return np.concatenate([first, second], -1) + numbers(6)


DEPTHWISE, DEPTHWISE_BIAS = numbers(1, 3, 3, 8), numbers(8)


def depthwise(net: TfliteNet, x: int) -> int:
    options = {0: SAME, 1: ("i", 2), 2: ("i", 2), 3: ("i", 2), 4: RELU6}
    inputs = [x, net.constant(DEPTHWISE), net.constant(DEPTHWISE_BIAS)]
    return net.operator("DEPTHWISE_CONV_2D", inputs, (1, 4, 3, 8), options)


def depthwise_expected(x: Array) -> Array:
    seen = windows(x, (3, 3), (2, 2), True, 0)
    kernel = DEPTHWISE.reshape(3, 3, 4, 2)
    result = np.einsum("nhwyxc,yxcm->nhwcm", seen, kernel).reshape(1, 4, 3, 8)
    return np.clip(result + DEPTHWISE_BIAS, 0, 6)


TRANSPOSED, TRANSPOSED_BIAS = numbers(2, 3, 3, 4), numbers(2)


def transposed(same: bool) -> tuple[Callable[..., int], Callable[..., Array]]:
    # As MediaPipe cuts it: what the last place of the window lies beyond, by the stride.
    cut = (max(3 - 6 % 2 - 1, 0), max(3 - 5 % 2 - 1, 0)) if same else (0, 0)
    sides = 2 * 6 + 3 - cut[0], 2 * 5 + 3 - cut[1]

    def build(net: TfliteNet, x: int) -> int:
        custom = struct.pack("<3i", 1 if same else 2, 2, 2)
        inputs = [x, net.constant(TRANSPOSED), net.constant(TRANSPOSED_BIAS)]
        kind = "Convolution2DTransposeBias"
        return net.operator(kind, inputs, (1, *sides, 2), custom=custom)

    def expected(x: Array) -> Array:
        full = np.zeros((1, 15, 13, 2), np.float32)
        for y in range(7):
            for col in range(6):
                spot = np.einsum("c,oyxc->yxo", x[0, y, col], TRANSPOSED)
                full[0, 2 * y : 2 * y + 3, 2 * col : 2 * col + 3] += spot
        top, left = cut[0] // 2, cut[1] // 2
        return full[:, top : top + sides[0], left : left + sides[1]] + TRANSPOSED_BIAS

    return build, expected


def pool(kind: str, same: bool, sides: tuple[int, int]) -> Callable[..., int]:
    options = {0: SAME if same else VALID, 1: ("i", 2), 2: ("i", 3), 3: ("i", 2), 4: ("i", 3)}
    return lambda net, x: net.operator(kind, [x], (1, *sides, 4), options)


def average_expected(x: Array) -> Array:
    return np.nanmean(windows(x, (3, 2), (3, 2), True, np.nan), (3, 4))


def largest_expected(x: Array) -> Array:
    return windows(x, (3, 2), (3, 2), False, 0).max((3, 4))


def resize(corners: bool, half: bool) -> tuple[Callable[..., int], Callable[..., Array]]:
    sides = (10, 5)  # 5 of 6 is no number that float32 holds

    def build(net: TfliteNet, x: int) -> int:
        options = {2: ("?", corners), 3: ("?", half)}
        inputs = [x, net.constant(np.array(sides, np.int32))]
        return net.operator("RESIZE_BILINEAR", inputs, (1, *sides, 4), options)

    def along(x: Array, axis: int, side: int) -> Array:
        old, places = x.shape[axis], np.arange(side)
        if corners:
            at = places * (old - 1) / (side - 1)
        else:
            at = (places + 0.5) * old / side - 0.5 if half else places * old / side
        at = np.clip(at, 0, old - 1)
        low = np.floor(at).astype(int)
        share = (at - low).reshape([-1 if number == axis else 1 for number in range(4)])
        below, above = x.take(low, axis), x.take(np.minimum(low + 1, old - 1), axis)
        return below * (1 - share) + above * share

    return build, lambda x: along(along(x, 1, sides[0]), 2, sides[1])


WEIGHTS, WEIGHTS_BIAS = numbers(3, 7 * 6 * 4), numbers(3)


def fully_connected(net: TfliteNet, x: int) -> int:
    inputs = [x, net.constant(WEIGHTS), net.constant(WEIGHTS_BIAS)]
    return net.operator("FULLY_CONNECTED", inputs, (1, 3), {0: RELU})


POINTWISE = numbers(3, 4)


def pointwise(net: TfliteNet, x: int) -> int:
    """A matrix product with the channels of every pixel, and with those of a row of them."""
    options = {2: ("?", True)}
    inputs = [x, net.constant(POINTWISE), net.constant(WEIGHTS_BIAS)]
    made = net.operator("FULLY_CONNECTED", inputs, (1, 7, 6, 3), options)
    rows = net.operator("RESHAPE", [made], (1, 42, 3), {0: np.array([1, 42, 3], "<i4")})
    again = [rows, net.constant(POINTWISE.T.copy()), -1]
    return net.operator("FULLY_CONNECTED", again, (1, 42, 4), options)


def pointwise_expected(x: Array) -> Array:
    made = (x @ POINTWISE.T + WEIGHTS_BIAS).reshape(1, 42, 3)
    return made @ POINTWISE


def concatenation(axis: int, shape: tuple[int, ...]) -> Callable[..., int]:
    def build(net: TfliteNet, x: int) -> int:
        other = net.operator("RELU", [x], PICTURE)
        return net.operator("CONCATENATION", [x, other], shape, {0: ("i", axis)})

    return build


def joined(axis: int) -> Callable[..., Array]:
    return lambda x: np.concatenate([x, np.maximum(x, 0)], axis)


def detector_head(net: TfliteNet, x: int) -> int:
    """Rows of numbers out of a picture and back, as detectors of faces make them."""
    rows = net.operator("RESHAPE", [x], (1, 84, 2), {0: np.array([1, -1, 2], "<i4")})
    factor = net.constant(np.array([2, 3], np.float32))
    scaled = net.operator("MUL", [rows, factor], (1, 84, 2), {0: ("b", 0)})
    return net.operator("RESHAPE", [scaled], (1, 14, 3, 4), {0: np.array([1, 14, 3, 4], "<i4")})


def strided_slice(net: TfliteNet, x: int) -> int:
    # [:, 1:6:2, -3, 1:]; the end of the third is not looked at.
    lists = [[0, 1, -3, 1], [1, 6, 9, 0], [1, 2, 1, 1]]
    inputs = [x, *(net.constant(np.array(part, np.int32)) for part in lists)]
    options = {0: ("i", 1), 1: ("i", 9), 4: ("i", 4)}
    return net.operator("STRIDED_SLICE", inputs, (1, 3, 3), options)


def broadcast(kind: str, other: Array) -> Callable[..., int]:
    return lambda net, x: net.operator(kind, [x, net.constant(other)], PICTURE, {0: RELU})


def mean(axes: list[int], keep: bool, shape: tuple[int, ...]) -> Callable[..., int]:
    def build(net: TfliteNet, x: int) -> int:
        inputs = [x, net.constant(np.array(axes, np.int32))]
        return net.operator("MEAN", inputs, shape, {0: ("?", keep)})

    return build


def unary(kind: str, options: dict[int, Any] | None = None) -> Callable[..., int]:
    return lambda net, x: net.operator(kind, [x], PICTURE, options)


def prelu(slopes: Array) -> Callable[..., int]:
    return lambda net, x: net.operator("PRELU", [x, net.constant(slopes)], PICTURE)


def pad(net: TfliteNet, x: int) -> int:
    amounts = np.array([[0, 0], [1, 2], [0, 1], [0, 3]], np.int32)
    return net.operator("PAD", [x, net.constant(amounts)], (1, 10, 7, 7))


def shuffled(x: Array) -> Array:
    return x.reshape(1, 7, 6, 2, 2, 1).transpose(0, 1, 3, 2, 4, 5).reshape(1, 14, 12, 1)


def half_weights(net: TfliteNet, x: int) -> int:
    kernel = net.constant(KERNEL.astype(np.float16))
    bias = net.constant(BIAS.astype(np.float16))
    parts = [
        net.operator("DEQUANTIZE", [part], net_shape)
        for part, net_shape in [(kernel, KERNEL.shape), (bias, BIAS.shape)]
    ]
    options = {0: VALID, 1: ("i", 1), 2: ("i", 1)}
    return net.operator("CONV_2D", [x, *parts], (1, 5, 5, 5), options)


def half_weights_expected(x: Array) -> Array:
    kernel, bias = (part.astype(np.float16).astype(np.float32) for part in (KERNEL, BIAS))
    return np.einsum("nhwyxc,oyxc->nhwo", windows(x, (3, 2), (1, 1), False, 0), kernel) + bias


STORED = np.random.default_rng(2).integers(-120, 120, (5, 3, 2, 4)).astype(np.int8)
SCALES = np.array([0.5, 0.25, 1, 2, 0.125], np.float32) / 64
ZEROS = np.array([0, 1, -2, 3, 0], np.int64)


def byte_weights(net: TfliteNet, x: int) -> int:
    """Weights of 8 bits with a scale for each output channel."""
    table = {2: SCALES, 3: ZEROS, 6: ("i", 0)}
    kernel = net.constant(STORED, quantization=table)
    wide = net.operator("DEQUANTIZE", [kernel], STORED.shape)
    options = {0: VALID, 1: ("i", 1), 2: ("i", 1)}
    return net.operator("CONV_2D", [x, wide, net.constant(BIAS)], (1, 5, 5, 5), options)


def byte_weights_expected(x: Array) -> Array:
    kernel = (STORED - ZEROS[:, None, None, None]) * SCALES[:, None, None, None]
    return np.einsum("nhwyxc,oyxc->nhwo", windows(x, (3, 2), (1, 1), False, 0), kernel) + BIAS


def sparse_weights(net: TfliteNet, x: int) -> int:
    """A kernel ``(6, 1, 1, 4)`` of which only a few blocks of 2 outputs are stored."""
    levels = [
        {0: ("b", 0), 1: ("i", 3)},
        {0: ("b", 0), 1: ("i", 1)},
        {0: ("b", 0), 1: ("i", 1)},
        {
            0: ("b", 1),
            2: ("B", 3),
            3: {0: np.array([0, 2, 2, 3], np.uint8)},
            4: ("B", 3),
            5: {0: np.array([0, 3, 1], np.uint8)},
        },
        {0: ("b", 0), 1: ("i", 2)},
    ]
    sparsity = {0: np.arange(5, dtype="<i4"), 1: np.array([0], "<i4"), 2: levels}
    stored = np.array([1, 2, 3, 4, 5, 6], np.float16)
    half = net.constant(stored, (6, 1, 1, 4), sparsity=sparsity)
    dense = net.operator("DENSIFY", [half], (6, 1, 1, 4), result="f2")
    kernel = net.operator("DEQUANTIZE", [dense], (6, 1, 1, 4))
    options = {0: VALID, 1: ("i", 1), 2: ("i", 1)}
    bias = net.constant(numbers(6))
    return net.operator("CONV_2D", [x, kernel, bias], (1, 7, 6, 6), options)


def sparse_weights_expected(x: Array) -> Array:
    kernel = np.zeros((6, 4), np.float32)
    kernel[0:2, 0], kernel[0:2, 3], kernel[4:6, 1] = [1, 2], [3, 4], [5, 6]
    return x @ kernel.T + numbers(6)


CASES: dict[str, tuple[Callable[..., int], Callable[..., Array]]] = {
    "conv": (conv, conv_expected),
    "conv-dilated": (spread_conv, spread_conv_expected),
    "conv-grouped": (grouped_conv, grouped_conv_expected),
    "depthwise": (depthwise, depthwise_expected),
    "transposed-same": transposed(True),
    "transposed-valid": transposed(False),
    "average": (pool("AVERAGE_POOL_2D", True, (3, 3)), average_expected),
    "largest": (pool("MAX_POOL_2D", False, (2, 3)), largest_expected),
    "resize-corners": resize(True, False),
    "resize-half": resize(False, True),
    "resize-plain": resize(False, False),
    "fully-connected": (
        fully_connected,
        lambda x: np.maximum(x.reshape(1, -1) @ WEIGHTS.T + WEIGHTS_BIAS, 0),
    ),
    "pointwise": (pointwise, pointwise_expected),
    "concat-channels": (concatenation(3, (1, 7, 6, 8)), joined(3)),
    "concat-rows": (concatenation(-3, (1, 14, 6, 4)), joined(1)),
    "reshape": (
        detector_head,
        lambda x: (x.reshape(1, 84, 2) * np.float32([2, 3])).reshape(1, 14, 3, 4),
    ),
    "slice": (strided_slice, lambda x: x[:, 1:6:2, -3, 1:]),
    "add": (broadcast("ADD", BIAS[:4]), lambda x: np.maximum(x + BIAS[:4], 0)),
    "sub": (
        broadcast("SUB", numbers(7, 1, 4)),
        lambda x: np.maximum(x - numbers(7, 1, 4), 0),
    ),
    "mul": (broadcast("MUL", np.float32(3).reshape(())), lambda x: np.maximum(3 * x, 0)),
    "mean-keep": (mean([1, 2], True, (1, 1, 1, 4)), lambda x: x.mean((1, 2), keepdims=True)),
    "mean": (mean([2, 1], False, (1, 4)), lambda x: x.mean((1, 2))),
    "mean-rows": (mean([1], False, (1, 6, 4)), lambda x: x.mean(1)),
    "relu": (unary("RELU"), lambda x: np.maximum(x, 0)),
    "relu6": (unary("RELU6"), lambda x: np.clip(x, 0, 6)),
    "sigmoid": (unary("LOGISTIC"), lambda x: 1 / (1 + np.exp(-x))),
    "tanh": (unary("TANH"), np.tanh),
    "hard-swish": (unary("HARD_SWISH"), lambda x: x * np.clip(x + 3, 0, 6) / 6),
    "softmax": (
        unary("SOFTMAX", {0: ("f", 1.0)}),
        lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    ),
    "prelu": (
        prelu(numbers(1, 1, 4)),
        lambda x: np.where(x < 0, x * numbers(1, 1, 4), x),
    ),
    "prelu-each": (
        prelu(numbers(7, 6, 4)),
        lambda x: np.where(x < 0, x * numbers(7, 6, 4), x),
    ),
    "pad": (pad, lambda x: np.pad(x, [(0, 0), (1, 2), (0, 1), (0, 3)])),
    "shuffle": (
        lambda net, x: net.operator("DEPTH_TO_SPACE", [x], (1, 14, 12, 1), {0: ("i", 2)}),
        shuffled,
    ),
    "half": (half_weights, half_weights_expected),
    "bytes": (byte_weights, byte_weights_expected),
    "sparse": (sparse_weights, sparse_weights_expected),
    "matrix": (matrix, matrix_expected),
    "part": (part, part_expected),
    "put-back": put_back(3),
    "put-back-flat": put_back(2),
}


def file_of(case: str) -> bytes:
    net = TfliteNet()
    x = net.tensor(PICTURE, "picture")
    return net.file([x], [CASES[case][0](net, x)])

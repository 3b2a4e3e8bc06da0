"""Conversion of each TensorFlow Lite operator to ONNX.

Source: the operators and the numbers of their options are TensorFlow's (schema.fbs and the
reference kernels, Apache-2.0); those with lowercase letters in their names are MediaPipe's
(Apache-2.0).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Literal

from nijigen.models._channels_last import windows
from nijigen.models._channels_last.builder import Value
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite.landmarks import (
    landmarks_to_transform_matrix,
    transform_landmarks,
    transform_tensor_bilinear,
)
from nijigen.models._tflite.step import SAME, VALID, Step


def _conv_2d(step: Step) -> Value:
    kernel = step.constant(1)
    if kernel.ndim != 4:
        raise Unreadable(f"a kernel has the shape {kernel.shape}")
    value, groups = step.input(0), 1
    if kernel.shape[3] and value.rank == 4 and value.channels % kernel.shape[3] == 0:
        groups = value.channels // kernel.shape[3]
    result = windows.conv(
        step.builder,
        value,
        kernel.transpose(0, 3, 1, 2),
        step.bias(2),
        strides=step.pair(1),
        dilations=step.pair(4, 1),
        same=step.same(),
        groups=groups,
    )
    return step.activated(result, 3)


def _depthwise_conv_2d(step: Step) -> Value:
    value, kernel = step.input(0), step.constant(1)
    if kernel.ndim != 4 or kernel.shape[0] != 1 or kernel.shape[3] % value.channels:
        raise Unreadable(f"a kernel has the shape {kernel.shape}")
    split = kernel.reshape(*kernel.shape[1:3], value.channels, -1)
    options = {"strides": step.pair(1), "dilations": step.pair(5, 1), "same": step.same()}
    return step.activated(windows.depthwise(step.builder, value, split, step.bias(2), **options), 4)


def _convolution_2d_transpose_bias(step: Step) -> Value:
    if len(step.operator.custom) < 12:
        raise Unreadable("the options of Convolution2DTransposeBias are truncated")
    padding, width, height = struct.unpack("<3i", step.operator.custom[:12])
    # This operator numbers the kinds of padding from 1.
    if padding not in (SAME + 1, VALID + 1):
        raise Unreadable("Convolution2DTransposeBias: the padding is unknown")
    kernel = step.constant(1).transpose(3, 0, 1, 2)
    same = padding == SAME + 1
    return windows.transposed(
        step.builder, step.input(0), kernel, step.constant(2), (height, width), same
    )


def _fully_connected(step: Step) -> Value:
    weights, value = step.constant(1), step.input(0)
    if step.operator.option(1, "b") or weights.ndim != 2:
        raise Unreadable("FULLY_CONNECTED: its weights are shuffled or not a matrix")
    if not step.operator.option(2, "?") and value.rank != 2:
        value = step.builder.reshape(
            value, (-(-math.prod(value.shape) // weights.shape[1]), weights.shape[1])
        )
    return step.activated(step.builder.dense(value, weights.T, step.bias(2)), 0)


def _pool(kind: Literal["MaxPool", "AveragePool"]) -> Callable[[Step], Value]:
    def pool(step: Step) -> Value:
        value = windows.pool(
            step.builder, kind, step.input(0), step.pair(3), strides=step.pair(1), same=step.same()
        )
        return step.activated(value, 5)

    return pool


def _binary(kind: str) -> Callable[[Step], Value]:
    def binary(step: Step) -> Value:
        return step.activated(step.builder.binary(kind, step.input(0), step.input(1)), 0)

    return binary


def _activation(kind: str) -> Callable[[Step], Value]:
    return lambda step: step.builder.activated(step.input(0), kind)


def _prelu(step: Step) -> Value:
    return windows.prelu(step.builder, step.input(0), step.input(1))


def _softmax(step: Step) -> Value:
    if step.operator.options is None or step.operator.options.real(0) != 1:
        raise Unreadable("SOFTMAX: a beta other than 1 is not supported")
    return step.builder.activated(step.input(0), "softmax")


def _constant(step: Step) -> Value:
    """Return the input: stored values are expanded when the file is read."""
    return Value(step.input(0).shape, constant=step.constant(0))


def _pad(step: Step) -> Value:
    amounts = step.integers(1)
    pairs = list(zip(amounts[::2], amounts[1::2], strict=True))
    return step.builder.pad(step.input(0), pairs)


def _concatenation(step: Step) -> Value:
    values = [step.input(place) for place in range(len(step.operator.inputs))]
    if not values:
        raise Unreadable("CONCATENATION: its inputs are missing")
    return step.activated(step.builder.concat(values, step.operator.option(0)), 1)


def _resize_bilinear(step: Step) -> Value:
    corners, half = step.operator.option(2, "?"), step.operator.option(3, "?")
    coordinates: Literal["align_corners", "half_pixel", "asymmetric"] = (
        "align_corners" if corners else "half_pixel" if half else "asymmetric"
    )
    height, width = step.integers(1)
    return windows.resize(step.builder, step.input(0), (height, width), coordinates)


def _depth_to_space(step: Step) -> Value:
    return windows.shuffle(step.builder, step.input(0), step.operator.option(0))


def _mean(step: Step) -> Value:
    return step.builder.mean(step.input(0), step.integers(1), bool(step.operator.option(0, "?")))


def _reshape(step: Step) -> Value:
    # The requested shape may contain -1; the result's stated shape is resolved.
    return step.builder.reshape(step.input(0), step.shape)


def _strided_slice(step: Step) -> Value:
    value = step.input(0)
    lists = [step.integers(place) for place in (1, 2, 3)]
    begins, ends, more, new, single = (step.operator.option(field) for field in range(5))
    if more or new or len({len(part) for part in lists}) != 1 or len(lists[0]) > value.rank:
        raise Unreadable("STRIDED_SLICE: an option is not supported")
    parts = []
    for axis, (start, end, by) in enumerate(zip(*lists, strict=True)):
        if by < 1:
            raise Unreadable("STRIDED_SLICE: negative steps are not supported")
        side = value.shape[axis]
        first = None if begins >> axis & 1 else start
        last = None if ends >> axis & 1 else end
        if single >> axis & 1:
            first, last, by = start, (start + 1 or None), 1
        parts.append(slice(first, last, by).indices(side))
    parts += [(0, side, 1) for side in value.shape[len(parts) :]]
    starts, stops, steps = zip(*parts, strict=True)
    cut = step.builder.slice(value, starts, stops, steps)
    kept = tuple(side for axis, side in enumerate(cut.shape) if not single >> axis & 1)
    return step.builder.reshape(cut, kept)


OPERATORS: dict[str, Callable[[Step], Value]] = {
    "ADD": _binary("Add"),
    "AVERAGE_POOL_2D": _pool("AveragePool"),
    "CONCATENATION": _concatenation,
    "CONV_2D": _conv_2d,
    "Convolution2DTransposeBias": _convolution_2d_transpose_bias,
    "DENSIFY": _constant,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "DEPTH_TO_SPACE": _depth_to_space,
    "DEQUANTIZE": _constant,
    "FULLY_CONNECTED": _fully_connected,
    "HARD_SWISH": _activation("hard_swish"),
    "Landmarks2TransformMatrix": landmarks_to_transform_matrix,
    "LOGISTIC": _activation("sigmoid"),
    "MAX_POOL_2D": _pool("MaxPool"),
    "MEAN": _mean,
    "MUL": _binary("Mul"),
    "PAD": _pad,
    "PRELU": _prelu,
    "RELU": _activation("relu"),
    "RELU6": _activation("relu6"),
    "RESHAPE": _reshape,
    "RESIZE_BILINEAR": _resize_bilinear,
    "SOFTMAX": _softmax,
    "STRIDED_SLICE": _strided_slice,
    "SUB": _binary("Sub"),
    "TANH": _activation("tanh"),
    "TransformLandmarks": transform_landmarks,
    "TransformTensorBilinear": transform_tensor_bilinear,
}

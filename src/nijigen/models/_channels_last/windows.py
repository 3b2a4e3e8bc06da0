"""Operators with a sliding window, and operators that change the size of a picture."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.models._channels_last.builder import ChannelsLastBuilder, Shape, Value
from nijigen.models._onnx.graph import Unreadable

Array = NDArray[Any]
Pads = tuple[int, int, int, int]
"""Top, left, bottom, right."""


def conv(
    builder: ChannelsLastBuilder,
    value: Value,
    kernel: Array,
    bias: Array | None = None,
    *,
    strides: Shape = (1, 1),
    dilations: Shape = (1, 1),
    same: bool = False,
    groups: int = 1,
) -> Value:
    """Add a convolution; the kernel is ``(out, in / groups, height, width)``."""
    if kernel.ndim != 4 or value.rank != 4 or kernel.shape[1] * groups != value.channels:
        raise Unreadable(f"a kernel {kernel.shape} does not match a picture {value.shape}")
    count = kernel.shape[0]
    if bias is not None and bias.shape != (count,):
        raise Unreadable("the numbers of biases and kernels of a convolution differ")
    if min(dilations) < 1 or count % groups:
        raise Unreadable("the parameters of a convolution are inconsistent")
    size = tuple(
        (side - 1) * step + 1 for side, step in zip(kernel.shape[2:], dilations, strict=True)
    )
    shape, options = _window(value, size, strides, same, count)
    names = [
        builder.graph.constant(part.astype(np.float32))
        for part in (kernel, bias)
        if part is not None
    ]
    return builder.node(
        "Conv",
        [value, *names],
        shape,
        kernel_shape=list(kernel.shape[2:]),
        dilations=list(dilations),
        group=groups,
        **options,
    )


def depthwise(
    builder: ChannelsLastBuilder, value: Value, kernel: Array, bias: Array | None, **options: Any
) -> Value:
    """Add a depthwise convolution; the kernel is ``(h, w, in, multiplier)``."""
    if kernel.ndim != 4:
        raise Unreadable(f"a kernel {kernel.shape} does not match a picture {value.shape}")
    height, width, channels, multiplier = kernel.shape
    single = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return conv(builder, value, single, bias, groups=value.channels, **options)


def prelu(builder: ChannelsLastBuilder, value: Value, slopes: Value) -> Value:
    """Add a ReLU that has a slope below zero, mostly one for each channel.

    ``slope * x + (1 - slope) * max(x, 0)`` by two depthwise convolutions: ONNX Runtime keeps
    pictures in blocks of channels between convolutions, but leaves that layout for its PRelu. The
    face mesh of MediaPipe takes 1.1 ms so, and 4.1 ms with PRelu.
    """
    shares = slopes.constant
    if (
        value.rank != 4
        or shares is None
        or not slopes.shape[-1:] == (shares.size,) == value.shape[3:]
    ):
        return builder.binary("PRelu", value, slopes)
    over = builder.activated(value, "relu")
    parts = [
        depthwise(builder, part, share.reshape(1, 1, -1, 1), None)
        for part, share in ((value, shares), (over, 1 - shares))
    ]
    return builder.binary("Add", *parts)


def transposed(
    builder: ChannelsLastBuilder,
    value: Value,
    kernel: Array,
    bias: Array,
    strides: Shape,
    same: bool,
) -> Value:
    """Add a transposed convolution; the kernel is ``(in, out, height, width)``."""
    if kernel.ndim != 4 or value.rank != 4 or kernel.shape[0] != value.channels:
        raise Unreadable(f"a kernel {kernel.shape} does not match a picture {value.shape}")
    if bias.shape != (kernel.shape[1],) or min(strides) < 1:
        raise Unreadable("the parameters of a convolution are inconsistent")
    cut = [
        max(window - (side - 1) % stride - 1, 0) if same else 0
        for side, window, stride in zip(value.shape[1:3], kernel.shape[2:], strides, strict=True)
    ]
    sides = [
        stride * (side - 1) + window - less
        for side, window, stride, less in zip(
            value.shape[1:3], kernel.shape[2:], strides, cut, strict=True
        )
    ]
    before = [less // 2 for less in cut]
    after = [less - first for less, first in zip(cut, before, strict=True)]
    return builder.node(
        "ConvTranspose",
        [value, builder.graph.constant(kernel), builder.graph.constant(bias)],
        (value.shape[0], *sides, kernel.shape[1]),
        kernel_shape=list(kernel.shape[2:]),
        strides=list(strides),
        pads=[*before, *after],
    )


def pool(
    builder: ChannelsLastBuilder,
    op: Literal["MaxPool", "AveragePool"],
    value: Value,
    size: Shape,
    **window: Any,
) -> Value:
    """Add a pooling; padding is not included in averages."""
    shape, options = _window(value, size, channels=value.channels, **window)
    return builder.node(op, [value], shape, kernel_shape=list(size), **options)


def resize(
    builder: ChannelsLastBuilder,
    value: Value,
    sides: Shape,
    coordinates: Literal["align_corners", "half_pixel", "asymmetric"],
) -> Value:
    """Resize to a height and width with linear interpolation.

    ``coordinates`` is the coordinate transformation: aligned corners, half-pixel centres, or
    aligned first pixels.
    """
    if value.rank != 4 or len(sides) != 2 or min(sides) < 1:
        raise Unreadable("a resize has an invalid size")
    scales = [_scale(old, new) for old, new in zip(value.shape[1:3], sides, strict=True)]
    return builder.node(
        "Resize",
        [value, "", builder.graph.constant(np.array([1, 1, *scales], np.float32))],
        (value.shape[0], *sides, value.channels),
        mode="linear",
        coordinate_transformation_mode=coordinates,
    )


def shuffle(builder: ChannelsLastBuilder, value: Value, block: int) -> Value:
    """Rearrange the channels of each pixel into a block of pixels."""
    if value.rank != 4 or block < 1 or value.channels % (block * block):
        raise Unreadable("the number of channels is not a multiple of the block's area")
    batch, height, width, channels = value.shape
    shape = (batch, height * block, width * block, channels // (block * block))
    return builder.node("DepthToSpace", [value], shape, blocksize=block, mode="DCR")


def _window(
    value: Value, size: Shape, strides: Shape, same: bool, channels: int
) -> tuple[Shape, dict[str, Any]]:
    """Return the result shape of a window operator, and its ONNX attributes."""
    if value.rank != 4 or min(*size, *strides) < 1:
        raise Unreadable("a window has an invalid size, or its input is not a picture")
    pads = _pads(value, size, strides, same)
    height, width = (
        (side + before + after - window) // stride + 1
        for side, before, after, window, stride in zip(
            value.shape[1:3], pads[:2], pads[2:], size, strides, strict=True
        )
    )
    if min(height, width) < 1:
        raise Unreadable("a window is larger than its picture")
    options = {"strides": list(strides), "pads": list(pads)}
    return (value.shape[0], height, width, channels), options


def _pads(value: Value, size: Shape, strides: Shape, same: bool) -> Pads:
    """Return the padding of a window; an odd pixel goes to the end."""
    if not same:
        return 0, 0, 0, 0
    totals = [
        max((math.ceil(side / stride) - 1) * stride + window - side, 0)
        for side, window, stride in zip(value.shape[1:3], size, strides, strict=True)
    ]
    before = [total // 2 for total in totals]
    return before[0], before[1], totals[0] - before[0], totals[1] - before[1]


def _scale(old: int, new: int) -> float:
    """Return a factor that turns ``old`` into ``new`` when the product is truncated."""
    scale = np.float32(new / old)
    # Runtimes multiply in float32; ONNX infers shapes in float64, where the product can be smaller.
    while int(old * float(scale)) < new:
        scale = np.nextafter(scale, np.float32(np.inf))
    return float(scale)

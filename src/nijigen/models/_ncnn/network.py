"""Convert ncnn networks (``.param`` and ``.bin``) to ONNX graphs.

Source: the file format and the parameter numbers are described in the ncnn project (Tencent/ncnn,
docs/developer-guide, BSD-3-Clause).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nijigen.core.errors import ModelError
from nijigen.models._ncnn.files import Floats, Layer, Weights, parse_param
from nijigen.models._onnx.graph import (
    SLICE_TO_END,
    Framing,
    GraphBuilder,
    Unreadable,
    cubic_resize,
    transposed_conv,
)

if TYPE_CHECKING:
    import onnx

VERSION = 1
"""Part of the cache key; increased when the same files give a different graph."""

TO_END = -233


def read_net(param: bytes, weights: bytes, framing: Framing | None = None) -> onnx.ModelProto:
    """Convert a network to an ONNX graph: float32 ``(n, 3, h, w)`` in and out.

    Args:
        param: The text that lists the layers.
        weights: The weights, in the order of the layers.
        framing: Processing around the network.

    Raises:
        ModelError: The files are damaged, do not belong together or contain an unsupported layer.
    """
    try:
        return _Reader(weights).read(parse_param(param), framing or Framing())
    except Unreadable as error:
        raise ModelError(f"the ncnn network cannot be read: {error}") from None
    except (ValueError, KeyError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
        # The checks give clear messages, but damaged numbers can also break the arithmetic.
        raise ModelError(f"the ncnn network is damaged ({type(error).__name__})") from None


class _Reader:
    """Adds layers to a graph one by one."""

    def __init__(self, weights: bytes) -> None:
        self.weights = Weights(weights)
        self.graph = GraphBuilder()
        self.blobs: dict[str, str] = {}
        self.channels: dict[str, int] = {}
        self.vectors: set[str] = set()
        """Blobs of shape (n, c, 1, 1), which are vectors in ncnn."""

    def read(self, layers: list[Layer], framing: Framing) -> onnx.ModelProto:
        source = "input"
        used = {name for layer in layers for name in layer.inputs}
        for layer in layers:
            if layer.kind == "Input":
                if self.blobs:
                    raise Unreadable("the network has more than one input")
                self._define(layer, framing.before(self.graph, source), 3)
                continue
            missing = [name for name in layer.inputs if name not in self.blobs]
            if missing:
                raise Unreadable(f"the input {missing[0]!r} of layer {layer.name!r} is missing")
            if layer.kind not in LAYERS:
                raise Unreadable(f"layers of the type {layer.kind!r} are not supported")
            LAYERS[layer.kind](self, layer)
        self.weights.finish()
        results = [name for name in self.blobs if name not in used]
        if len(results) != 1 or self.channels[results[0]] != 3:
            raise Unreadable("the network does not end in one RGB picture")
        result = framing.after(self.graph, source, self.blobs[results[0]])
        return self.graph.model(source, result)

    def _define(self, layer: Layer, blob: str, channels: int, *, vector: bool = False) -> None:
        for name in layer.outputs:
            self.blobs[name] = blob
            self.channels[name] = channels
            if vector:
                self.vectors.add(name)

    def _input(self, layer: Layer) -> tuple[str, int]:
        if not layer.inputs:
            raise Unreadable(f"layer {layer.name!r} has no input")
        return self.blobs[layer.inputs[0]], self.channels[layer.inputs[0]]

    def _op(self, layer: Layer, op: str, **attributes: Any) -> None:
        """Add a node that keeps the number of channels."""
        blobs = [self.blobs[name] for name in layer.inputs]
        channels = max(self.channels[name] for name in layer.inputs)
        vector = all(name in self.vectors for name in layer.inputs)
        self._define(layer, self.graph.node(op, blobs, **attributes), channels, vector=vector)

    def _activated(self, layer: Layer, x: str) -> str:
        """Add the activation fused into a layer."""
        kind, values = layer.integer(9), layer.lists.get(10, [])
        if kind == 0:
            return x
        if kind == 1:
            return self.graph.node("Relu", [x])
        if kind == 2:
            return self.graph.node("LeakyRelu", [x], alpha=values[0])
        if kind == 3:
            limits = [self.graph.scalar(value) for value in values[:2]]
            return self.graph.node("Clip", [x, *limits])
        if kind == 4:
            return self.graph.node("Sigmoid", [x])
        raise Unreadable(f"layer {layer.name!r} has an unknown activation (type {kind})")

    def _kernel(self, layer: Layer, channels: int) -> tuple[Floats, Floats]:
        """Return weights ``(out, in, k, k)`` and bias of a convolution."""
        count, kernel, groups = layer.integer(0), layer.square(1, 1), layer.integer(7, 1)
        if layer.integer(8) or layer.integer(19):
            raise Unreadable(f"layer {layer.name!r} has integer or computed weights")
        if layer.integer(6) * groups != count * channels * kernel * kernel:
            raise Unreadable(f"layer {layer.name!r} has the wrong number of weights")
        values = self.weights.tagged(layer.integer(6))
        bias = self.weights.plain(count) if layer.integer(5) else np.zeros(count, np.float32)
        return values.reshape(count, channels // groups, kernel, kernel), bias

    def _pads(self, layer: Layer) -> list[int]:
        left = layer.integer(4)
        top = layer.integer(14, left)
        pads = [top, left, layer.integer(16, top), layer.integer(15, left)]
        if min(pads) < 0 or layer.number(18):
            raise Unreadable(f"the padding of layer {layer.name!r} is not supported")
        return pads

    def convolution(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        kernel, bias = self._kernel(layer, channels)
        out = self.graph.node(
            "Conv",
            [x, self.graph.constant(kernel), self.graph.constant(bias)],
            kernel_shape=kernel.shape[2:],
            dilations=[layer.square(2, 1)] * 2,
            strides=[layer.square(3, 1)] * 2,
            pads=self._pads(layer),
            group=layer.integer(7, 1),
        )
        self._define(layer, self._activated(layer, out), len(bias))

    def deconvolution(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        pads = self._pads(layer)
        if len(set(pads)) > 1 or layer.square(2, 1) != 1 or layer.integer(18):
            raise Unreadable(f"layer {layer.name!r} is an unsupported transposed convolution")
        kernel, bias = self._kernel(layer, channels)
        out = transposed_conv(self.graph, x, kernel, bias, layer.square(3, 1), pads[0])
        self._define(layer, self._activated(layer, out), len(bias))

    def inner_product(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        count = layer.integer(0)
        if layer.inputs[0] not in self.vectors or layer.integer(2) != count * channels:
            raise Unreadable(f"layer {layer.name!r} does not match its input")
        kernel = self.weights.tagged(layer.integer(2)).reshape(count, channels, 1, 1)
        bias = self.weights.plain(count) if layer.integer(1) else np.zeros(count, np.float32)
        names = [self.graph.constant(kernel), self.graph.constant(bias)]
        out = self.graph.node("Conv", [x, *names], kernel_shape=[1, 1])
        self._define(layer, self._activated(layer, out), count, vector=True)

    def pooling(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        if not layer.integer(4):
            raise Unreadable(f"layer {layer.name!r} pools over a window")
        op = "GlobalAveragePool" if layer.integer(0) else "GlobalMaxPool"
        self._define(layer, self.graph.node(op, [x]), channels, vector=True)

    def relu(self, layer: Layer) -> None:
        slope = layer.number(0)
        if slope:
            self._op(layer, "LeakyRelu", alpha=slope)
        else:
            self._op(layer, "Relu")

    def prelu(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        slopes = self._per_channel(layer, channels)
        self._define(layer, self.graph.node("PRelu", [x, slopes]), channels)

    def sigmoid(self, layer: Layer) -> None:
        self._op(layer, "Sigmoid")

    def split(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        self._define(layer, x, channels, vector=layer.inputs[0] in self.vectors)

    def concat(self, layer: Layer) -> None:
        if layer.integer(0):
            raise Unreadable(f"layer {layer.name!r} does not concatenate along the channels")
        blobs = [self.blobs[name] for name in layer.inputs]
        total = sum(self.channels[name] for name in layer.inputs)
        self._define(layer, self.graph.node("Concat", blobs, axis=1), total)

    def binary(self, layer: Layer) -> None:
        operators = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Sub", "Div"]
        kind = layer.integer(0)
        first, channels = self._input(layer)
        if layer.integer(1):
            second = self.graph.scalar(layer.number(2))
        else:
            second = self.blobs[layer.inputs[1]]
            channels = max(channels, self.channels[layer.inputs[1]])
        # The last two are subtraction and division with swapped operands.
        pair = [second, first] if kind >= 7 else [first, second]
        vector = all(name in self.vectors for name in layer.inputs)
        self._define(layer, self.graph.node(operators[kind], pair), channels, vector=vector)

    def eltwise(self, layer: Layer) -> None:
        factors = layer.lists.get(1, [])
        if not factors or layer.integer(0) != 1:
            self._op(layer, ["Mul", "Sum", "Max"][layer.integer(0)])
            return
        terms = [
            blob if factor == 1 else self.graph.node("Mul", [blob, self.graph.scalar(factor)])
            for name, factor in zip(layer.inputs, factors, strict=True)
            for blob in [self.blobs[name]]
        ]
        self._define(layer, self.graph.node("Sum", terms), self._input(layer)[1])

    def scale(self, layer: Layer) -> None:
        if layer.integer(0) == TO_END:
            self._op(layer, "Mul")
            return
        x, channels = self._input(layer)
        out = self.graph.node("Mul", [x, self._per_channel(layer, channels)])
        if layer.integer(1):
            out = self.graph.node("Add", [out, self._per_channel(layer, channels)])
        self._define(layer, out, channels)

    def _per_channel(self, layer: Layer, channels: int) -> str:
        if layer.integer(0) not in (1, channels):
            raise Unreadable(f"layer {layer.name!r} has the wrong number of weights")
        return self.graph.constant(self.weights.plain(layer.integer(0)).reshape(-1, 1, 1))

    def crop(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        if layer.lists.get(9):
            self._crop_by_axes(layer, x, channels)
            return
        if layer.integer(2) or layer.integer(8) or layer.integer(5) not in (0, TO_END, channels):
            raise Unreadable(f"layer {layer.name!r} crops channels")
        left, top = layer.integer(0), layer.integer(1)
        if len(layer.inputs) == 2:
            # Crop to the size of the second input at run time.
            shape = self.graph.node("Shape", [self.blobs[layer.inputs[1]]])
            sides = self.graph.slice(shape, [2], [4], [0])
            start = self.graph.constant(np.array([top, left], np.int64))
            end = self.graph.node("Add", [sides, start])
            axes = self.graph.constant(np.array([2, 3], np.int64))
            out = self.graph.node("Slice", [x, start, end, axes])
        else:
            ends = [
                start + size if size > 0 and size != TO_END else -other or SLICE_TO_END
                for start, size, other in (
                    (top, layer.integer(4), layer.integer(7)),
                    (left, layer.integer(3), layer.integer(6)),
                )
            ]
            out = self.graph.slice(x, [top, left], ends, [2, 3])
        self._define(layer, out, channels)

    def _crop_by_axes(self, layer: Layer, x: str, channels: int) -> None:
        starts, ends = ([int(value) for value in layer.lists[key]] for key in (9, 10))
        axes = [int(value) for value in layer.lists.get(11, range(len(starts)))]
        axes = [axis + 4 if axis < 0 else axis + 1 for axis in axes]
        if not len(starts) == len(ends) == len(axes) or not set(axes) <= {2, 3}:
            raise Unreadable(f"the crop of layer {layer.name!r} is not supported")
        ends = [SLICE_TO_END if end in (0, TO_END) else end for end in ends]
        self._define(layer, self.graph.slice(x, starts, ends, axes), channels)

    def interp(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        kind, factor = layer.integer(0), layer.number(1)
        if factor <= 0 or factor != layer.number(2) or layer.integer(6) or len(layer.inputs) > 1:
            raise Unreadable(f"the resize of layer {layer.name!r} is not supported")
        if kind == 3:
            self._define(layer, cubic_resize(self.graph, x, factor, channels), channels)
            return
        mode, coordinates = {1: ("nearest", "asymmetric"), 2: ("linear", "half_pixel")}[kind]
        self._define(layer, self.graph.resize(x, factor, mode, coordinates), channels)

    def pixel_shuffle(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        factor = layer.integer(0)
        if layer.integer(1) or factor < 1 or channels % (factor * factor):
            raise Unreadable(f"the pixel shuffle of layer {layer.name!r} is not supported")
        out = self.graph.node("DepthToSpace", [x], blocksize=factor, mode="CRD")
        self._define(layer, out, channels // (factor * factor))

    def padding(self, layer: Layer) -> None:
        x, channels = self._input(layer)
        top, bottom, left, right = (layer.integer(key) for key in range(4))
        pads = self.graph.constant(np.array([0, 0, top, left, 0, 0, bottom, right], np.int64))
        mode = ["constant", "edge", "reflect"][layer.integer(4)]
        inputs = [x, pads]
        if mode == "constant":
            inputs.append(self.graph.scalar(layer.number(5)))
        self._define(layer, self.graph.node("Pad", inputs, mode=mode), channels)


LAYERS: dict[str, Callable[[_Reader, Layer], None]] = {
    "BinaryOp": _Reader.binary,
    "Concat": _Reader.concat,
    "Convolution": _Reader.convolution,
    "ConvolutionDepthWise": _Reader.convolution,
    "Crop": _Reader.crop,
    "Deconvolution": _Reader.deconvolution,
    "Eltwise": _Reader.eltwise,
    "InnerProduct": _Reader.inner_product,
    "Interp": _Reader.interp,
    "PReLU": _Reader.prelu,
    "Padding": _Reader.padding,
    "PixelShuffle": _Reader.pixel_shuffle,
    "Pooling": _Reader.pooling,
    "ReLU": _Reader.relu,
    "Scale": _Reader.scale,
    "Sigmoid": _Reader.sigmoid,
    "Split": _Reader.split,
}

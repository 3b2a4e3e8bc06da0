"""EfficientNet-lite0: features of seven stages, pooled features, and the classes of ImageNet.

Source: Tan and Le, "EfficientNet", ICML 2019, and its "lite" variant for phones (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import ModelError
from nijigen.models._onnx.graph import GraphBuilder

if TYPE_CHECKING:
    import onnx

Array = NDArray[Any]

STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)
"""Expansion factor, channels, blocks, kernel and stride of each stage."""
STEM = 32
POOLED, CLASSES = 1280, 1000
EPSILON = 1e-3
SCALE, OFFSET = 255 / 128, -127 / 128
"""The network was trained on ``x * SCALE + OFFSET``, for x in 0..1."""


def write(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Return the graph for ``image``, float32 ``(n, 3, h, w)`` RGB in 0..1 of any size.

    Its outputs ``stage1`` to ``stage7`` are ``(n, c, h, w)`` at 1/2, 1/4, 1/8, 1/16, 1/16, 1/32
    and 1/32 of each side; ``pooled`` is ``(n, 1280)``, ``logits`` ``(n, 1000)``.

    Raises:
        ModelError: Weights are missing or have the wrong shape.
    """
    net = _Writer(weights)
    graph = net.graph
    centred = graph.node("Mul", ["image", graph.scalar(SCALE)])
    x = graph.node("Add", [centred, graph.scalar(OFFSET)])
    x = net.convolution(x, "_conv_stem", "_bn0", (STEM, 3, 3, 3), stride=2)
    channels, number, reduced = STEM, 0, 2
    outputs: dict[str, Sequence[int | str]] = {}
    for stage, (times, width, blocks, kernel, stride) in enumerate(STAGES, 1):
        reduced *= stride
        for block in range(blocks):
            last = block == blocks - 1
            x = net.block(
                x,
                f"_blocks.{number}",
                channels,
                width,
                times=times,
                kernel=kernel,
                stride=1 if block else stride,
                output=f"stage{stage}" if last else None,
            )
            channels, number = width, number + 1
        outputs[f"stage{stage}"] = ["n", width, f"h/{reduced}", f"w/{reduced}"]
    x = net.convolution(x, "_conv_head", "_bn1", (POOLED, channels, 1, 1))
    x = graph.node("Flatten", [graph.node("GlobalAveragePool", [x])], "pooled")
    names = [
        graph.constant(net.take("_fc.weight", (CLASSES, POOLED))),
        graph.constant(net.take("_fc.bias", (CLASSES,))),
    ]
    graph.node("Gemm", [x, *names], "logits", transB=1)
    outputs |= {"pooled": ["n", POOLED], "logits": ["n", CLASSES]}
    return graph.model_of({"image": ["n", 3, "h", "w"]}, outputs)


class _Writer:
    """Adds layers to a graph, with weights by name."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self.weights = weights
        self.graph = GraphBuilder()

    def take(self, name: str, shape: tuple[int, ...]) -> Array:
        """Return a tensor."""
        found = self.weights.get(name)
        if found is None or found.shape != shape or found.dtype != np.float32:
            raise ModelError(
                f"the state dict has no float32 tensor {name} of shape {shape}",
                "use the file that the model's card names",
            )
        return found

    def block(
        self,
        x: str,
        name: str,
        inputs: int,
        width: int,
        *,
        times: int,
        kernel: int,
        stride: int,
        output: str | None,
    ) -> str:
        """Add an inverted bottleneck: expansion, depthwise convolution, projection."""
        wide, inner = inputs * times, x
        if times > 1:
            shape = (wide, inputs, 1, 1)
            inner = self.convolution(inner, f"{name}._expand_conv", f"{name}._bn0", shape)
        shape = (wide, 1, kernel, kernel)
        depthwise = f"{name}._depthwise_conv"
        inner = self.convolution(inner, depthwise, f"{name}._bn1", shape, stride=stride)
        adds = stride == 1 and inputs == width
        made = self.convolution(
            inner,
            f"{name}._project_conv",
            f"{name}._bn2",
            (width, wide, 1, 1),
            bounded=False,
            output=None if adds else output,
        )
        return self.graph.node("Add", [x, made], output) if adds else made

    def convolution(
        self,
        x: str,
        name: str,
        norm: str,
        shape: tuple[int, ...],
        *,
        stride: int = 1,
        bounded: bool = True,
        output: str | None = None,
    ) -> str:
        """Add a convolution with its batch normalization folded in, and a ReLU6."""
        count, kernel = shape[0], shape[2]
        values = [
            self.take(f"{norm}.{part}", (count,)).astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        ]
        gain, bias, mean, variance = values
        factor = gain / np.sqrt(variance + EPSILON)
        weights = self.take(f"{name}.weight", shape) * factor[:, None, None, None]
        # TensorFlow's padding of even sides: one pixel less before than after.
        before = kernel // 2 - 1 if stride == 2 else kernel // 2
        names = [
            self.graph.constant(weights.astype(np.float32)),
            self.graph.constant((bias - mean * factor).astype(np.float32)),
        ]
        made = self.graph.node(
            "Conv",
            [x, *names],
            output,
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[before, before, kernel // 2, kernel // 2],
            group=count if shape[1] == 1 else 1,
        )
        if not bounded:
            return made
        return self.graph.node("Clip", [made, self.graph.scalar(0), self.graph.scalar(6)])

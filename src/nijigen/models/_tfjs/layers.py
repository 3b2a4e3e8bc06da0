"""Layers models of TensorFlow.js: Keras models as JSON.

Source: the layers are defined in Keras' documentation (Apache-2.0).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.models._channels_last import windows
from nijigen.models._channels_last.builder import ChannelsLastBuilder, Value
from nijigen.models._onnx.graph import Unreadable

if TYPE_CHECKING:
    import onnx

Array = NDArray[Any]


@dataclass(frozen=True)
class Layer:
    """One layer: its inputs, settings and weights."""

    builder: ChannelsLastBuilder
    kind: str
    name: str
    config: Mapping[str, Any]
    inputs: Sequence[Value]
    weights: Mapping[str, Array]

    @property
    def value(self) -> Value:
        """The only input."""
        if len(self.inputs) != 1:
            raise Unreadable(f"the layer {self.name!r} has {len(self.inputs)} inputs")
        return self.inputs[0]

    def weight(self, part: str) -> Array:
        """Return one of its tensors."""
        try:
            return self.weights[f"{self.name}/{part}"]
        except KeyError:
            raise Unreadable(f"the {part} of layer {self.name!r} is missing") from None

    def bias(self) -> Array | None:
        """Return the biases, if the layer has any."""
        return self.weight("bias") if self.config.get("use_bias", True) else None

    def pair(self, key: str) -> tuple[int, int]:
        """Return a setting that is a height and width."""
        height, width = self.config[key]
        return int(height), int(width)

    def window(self) -> dict[str, Any]:
        """Return strides and padding."""
        padding = self.config["padding"]
        if padding not in ("same", "valid"):
            raise Unreadable(f"the layer {self.name!r} has the unknown padding {padding!r}")
        return {"strides": self.pair("strides"), "same": padding == "same"}

    def activated(self, value: Value) -> Value:
        """Add the layer's activation."""
        return self.builder.activated(value, self.config.get("activation") or "linear")


def build_layers(topology: Mapping[str, Any], weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Convert a layers model to an ONNX graph.

    Args:
        topology: The file's ``modelTopology``.
        weights: The tensors by name.

    Raises:
        Unreadable: It contains something that is not supported.
    """
    model = topology["model_config"]
    if model["class_name"] not in ("Model", "Functional"):
        raise Unreadable(f"models of the class {model['class_name']} are not supported")
    config = model["config"]
    builder = ChannelsLastBuilder()
    values: dict[str, Value] = {}
    for entry in config["layers"]:
        name, kind = entry["name"], entry["class_name"]
        if kind == "InputLayer":
            batch, *sides = entry["config"]["batch_input_shape"]
            values[name] = builder.input(name, (batch or 1, *sides))
            continue
        if kind not in LAYERS:
            raise Unreadable(f"the layer {kind} is not supported")
        if entry["config"].get("data_format", "channels_last") != "channels_last":
            raise Unreadable(f"the layer {name!r} has channels first")
        if len(entry["inbound_nodes"]) != 1:
            raise Unreadable(f"the layer {name!r} is used {len(entry['inbound_nodes'])} times")
        inputs = [values[item[0]] for item in entry["inbound_nodes"][0]]
        layer = Layer(builder, kind, name, entry["config"], inputs, weights)
        values[name] = LAYERS[kind](layer)
    return builder.model({item[0]: values[item[0]] for item in config["output_layers"]})


def _conv(layer: Layer) -> Value:
    kernel = layer.weight("kernel").transpose(3, 2, 0, 1)
    value = windows.conv(
        layer.builder,
        layer.value,
        kernel,
        layer.bias(),
        dilations=layer.pair("dilation_rate"),
        **layer.window(),
    )
    return layer.activated(value)


def _depthwise(layer: Layer) -> Value:
    kernel, dilations = layer.weight("depthwise_kernel"), layer.pair("dilation_rate")
    value = windows.depthwise(
        layer.builder, layer.value, kernel, layer.bias(), dilations=dilations, **layer.window()
    )
    return layer.activated(value)


def _dense(layer: Layer) -> Value:
    return layer.activated(layer.builder.dense(layer.value, layer.weight("kernel"), layer.bias()))


def _normalization(layer: Layer) -> Value:
    value, config = layer.value, layer.config
    if config["axis"] not in (-1, value.rank - 1, [value.rank - 1]):
        raise Unreadable(f"the layer {layer.name!r} does not normalize along the channels")
    mean, variance = layer.weight("moving_mean"), layer.weight("moving_variance")
    gamma = layer.weight("gamma") if config["scale"] else np.ones_like(mean)
    beta = layer.weight("beta") if config["center"] else np.zeros_like(mean)
    return layer.builder.normalize(value, gamma, beta, mean, variance, config["epsilon"])


def _relu(layer: Layer) -> Value:
    config = layer.config
    most = config.get("max_value")
    if config.get("threshold") or config.get("negative_slope") or most not in (None, 6):
        raise Unreadable(f"the layer {layer.name!r} is an unsupported variant of ReLU")
    return layer.builder.activated(layer.value, "relu6" if most == 6 else "relu")


def _pool(kind: Literal["MaxPool", "AveragePool"]) -> Callable[[Layer], Value]:
    return lambda layer: windows.pool(
        layer.builder, kind, layer.value, layer.pair("pool_size"), **layer.window()
    )


def _add(layer: Layer) -> Value:
    total, *rest = layer.inputs
    for value in rest:
        total = layer.builder.binary("Add", total, value)
    return total


def _pad(layer: Layer) -> Value:
    rows, columns = layer.config["padding"]
    return layer.builder.pad(layer.value, [(0, 0), tuple(rows), tuple(columns), (0, 0)])


def _flatten(layer: Layer) -> Value:
    value = layer.value
    return layer.builder.reshape(value, (value.shape[0], math.prod(value.shape[1:])))


def _average(layer: Layer) -> Value:
    return layer.builder.mean(layer.value, [1, 2], keep=False)


LAYERS: dict[str, Callable[[Layer], Value]] = {
    "Activation": lambda layer: layer.activated(layer.value),
    "Add": _add,
    "AveragePooling2D": _pool("AveragePool"),
    "BatchNormalization": _normalization,
    "Concatenate": lambda layer: layer.builder.concat(layer.inputs, layer.config["axis"]),
    "Conv2D": _conv,
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Dropout": lambda layer: layer.value,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _average,
    "MaxPooling2D": _pool("MaxPool"),
    "ReLU": _relu,
    "ZeroPadding2D": _pad,
}
"""Layers by their Keras class; dropout has no effect outside training."""

"""Networks of TensorFlow.js as ONNX, against numpy."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.tflite_cases import numbers, windows
from nijigen.models._tfjs import convert
from nijigen.models._tfjs.graph import OPERATORS
from nijigen.models._tfjs.layers import LAYERS

Array = NDArray[Any]
SIDES = [8, 6, 3]


def run(source: dict[str, bytes], x: Array) -> Array:
    """Convert a network, and calculate as its files would: channels last in and out."""
    import onnx
    import onnxruntime

    model = convert(source)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (port,) = session.get_inputs()
    (result,) = session.run(None, {port.name: x.transpose(0, 3, 1, 2)})
    return result.transpose(0, 2, 3, 1) if result.ndim == 4 else result


def files(topology: dict[str, Any], weights: dict[str, Array], **more: Any) -> dict[str, bytes]:
    """Return a network as ``model.json`` and one shard."""
    entries = [
        {"name": name, "shape": list(values.shape), "dtype": "float32"}
        for name, values in weights.items()
    ]
    manifest = [{"paths": ["group1-shard1of1"], "weights": entries}]
    model = {"modelTopology": topology, "weightsManifest": manifest, **more}
    shard = b"".join(values.tobytes() for values in weights.values())
    return {"model.json": json.dumps(model).encode(), "group1-shard1of1": shard}


class Layers:
    """Collects the layers of a Keras model, each reading the one before if it names no others."""

    def __init__(self, *sides: int) -> None:
        shape = {"batch_input_shape": [None, *sides]}
        first = {"name": "in", "class_name": "InputLayer", "config": shape, "inbound_nodes": []}
        self.layers: list[dict[str, Any]] = [first]
        self.weights: dict[str, Array] = {}

    def add(self, kind: str, config: dict[str, Any], *inputs: str, **weights: Array) -> str:
        name = f"{kind.lower()}_{len(self.layers)}"
        read = [[item, 0, 0, {}] for item in inputs or (self.layers[-1]["name"],)]
        entry = {"class_name": kind, "config": config, "inbound_nodes": [read]}
        self.layers.append({"name": name, **entry})
        self.weights |= {f"{name}/{part}": values for part, values in weights.items()}
        return name

    def topology(self) -> dict[str, Any]:
        config = {"layers": self.layers, "output_layers": [[self.layers[-1]["name"], 0, 0]]}
        return {"model_config": {"class_name": "Model", "config": config}}


WINDOW = {"strides": [1, 1], "padding": "valid", "dilation_rate": [1, 1], "use_bias": False}
KERNEL, BIAS, DEPTHWISE = numbers(3, 2, 3, 5), numbers(5), numbers(3, 3, 3, 2)
POOL = {"pool_size": [2, 3], "strides": [3, 2], "padding": "same"}
SCALE = {"axis": -1, "epsilon": 0.001, "scale": True, "center": True}
STATISTICS = {
    "gamma": numbers(3, seed=2),
    "beta": numbers(3, seed=3),
    "moving_mean": numbers(3, seed=4),
    "moving_variance": numbers(3, seed=5) ** 2,
}


def layer(kind: str, config: dict[str, Any], *inputs: str, **weights: Array) -> Layers:
    net = Layers(*SIDES)
    net.add(kind, config, *inputs, **weights)
    return net


def normalized(x: Array, *, scale: bool = True) -> Array:
    spread = np.sqrt(STATISTICS["moving_variance"] + 0.001)
    gamma, beta = (STATISTICS["gamma"], STATISTICS["beta"]) if scale else (1, 0)
    return (x - STATISTICS["moving_mean"]) / spread * gamma + beta


def classifier() -> Layers:
    net = Layers(*SIDES)
    net.add("Dropout", {"rate": 0.5})
    net.add("Flatten", {})
    net.add("Dense", {"activation": "softmax"}, kernel=numbers(144, 4), bias=numbers(4))
    return net


def classified(x: Array) -> Array:
    total = np.exp(x.reshape(len(x), -1) @ numbers(144, 4) + numbers(4))
    return total / total.sum(1, keepdims=True)


def seen(x: Array, size: Any, strides: Any, same: bool, fill: float = 0, spread: int = 1) -> Array:
    return windows(x, size, strides, same, fill, spread)


LAYER_CASES: dict[str, tuple[Callable[[], Layers], Callable[[Array], Array]]] = {
    "conv": (
        lambda: layer(
            "Conv2D",
            WINDOW | {"strides": [2, 1], "padding": "same", "use_bias": True, "activation": "relu"},
            kernel=KERNEL,
            bias=BIAS,
        ),
        lambda x: np.maximum(
            np.einsum("nhwyxc,yxco->nhwo", seen(x, (3, 2), (2, 1), True), KERNEL) + BIAS, 0
        ),
    ),
    "conv-dilated": (
        lambda: layer("Conv2D", WINDOW | {"dilation_rate": [2, 2]}, kernel=KERNEL),
        lambda x: np.einsum("nhwyxc,yxco->nhwo", seen(x, (3, 2), (1, 1), False, spread=2), KERNEL),
    ),
    "depthwise": (
        lambda: layer("DepthwiseConv2D", WINDOW | {"strides": [2, 2]}, depthwise_kernel=DEPTHWISE),
        lambda x: np.einsum(
            "nhwyxc,yxcm->nhwcm", seen(x, (3, 3), (2, 2), False), DEPTHWISE
        ).reshape(len(x), 3, 2, 6),
    ),
    "normalization": (
        lambda: layer("BatchNormalization", SCALE, **STATISTICS),
        normalized,
    ),
    "normalization-plain": (
        lambda: layer(
            "BatchNormalization",
            SCALE | {"axis": [3], "scale": False, "center": False},
            moving_mean=STATISTICS["moving_mean"],
            moving_variance=STATISTICS["moving_variance"],
        ),
        lambda x: normalized(x, scale=False),
    ),
    "relu": (lambda: layer("ReLU", {"max_value": None}), lambda x: np.maximum(x, 0)),
    "relu6": (lambda: layer("ReLU", {"max_value": 6}), lambda x: np.clip(x, 0, 6)),
    "activation": (lambda: layer("Activation", {"activation": "tanh"}), np.tanh),
    "add": (lambda: layer("Add", {}, "in", "in", "in"), lambda x: 3 * x),
    "concatenate": (
        lambda: layer("Concatenate", {"axis": -1}, "in", "in"),
        lambda x: np.concatenate([x, x], -1),
    ),
    "pad": (
        lambda: layer("ZeroPadding2D", {"padding": [[0, 1], [2, 3]]}),
        lambda x: np.pad(x, [(0, 0), (0, 1), (2, 3), (0, 0)]),
    ),
    "average": (
        lambda: layer("AveragePooling2D", POOL),
        lambda x: np.nanmean(seen(x, (2, 3), (3, 2), True, math.nan), (3, 4)),
    ),
    "largest": (
        lambda: layer("MaxPooling2D", POOL),
        lambda x: seen(x, (2, 3), (3, 2), True, -math.inf).max((3, 4)),
    ),
    "mean": (lambda: layer("GlobalAveragePooling2D", {}), lambda x: x.mean((1, 2))),
    "classifier": (classifier, classified),
}


def layer_files(case: str) -> dict[str, bytes]:
    net = LAYER_CASES[case][0]()
    return files(net.topology(), net.weights)


@pytest.mark.parametrize("case", LAYER_CASES)
def test_layer(case: str) -> None:
    x = numbers(2, *SIDES, seed=9)
    found, wanted = run(layer_files(case), x), LAYER_CASES[case][1](x)
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_every_layer_is_tested() -> None:
    kinds = {entry["class_name"] for build, _ in LAYER_CASES.values() for entry in build().layers}
    assert kinds == {*LAYERS, "InputLayer"}


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def each(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


class Graph:
    """Collects the nodes of a graph; each reads the one before, and constants."""

    def __init__(self, *sides: int) -> None:
        dims = [{"size": str(side)} for side in (-1, *sides)]
        attributes = {"shape": {"shape": {"dim": dims}}, "dtype": {"type": "DT_FLOAT"}}
        self.nodes: list[dict[str, Any]] = [{"name": "in", "op": "Placeholder", "attr": attributes}]
        self.weights: dict[str, Array] = {}

    def add(self, kind: str, attributes: dict[str, Any], *constants: Array) -> Graph:
        last, names = self.nodes[-1]["name"], []
        for values in constants:
            names.append(f"constant{len(self.weights)}")
            self.weights[names[-1]] = values
            self.nodes.append({"name": names[-1], "op": "Const", "attr": {}})
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append({"name": name, "op": kind, "input": [last, *names], "attr": attributes})
        return self


STRIDED = {
    "strides": each(1, 2, 1, 1),
    "dilations": each(1, 1, 1, 1),
    "padding": text("SAME"),
    "data_format": text("NHWC"),
}
FUSED = {"fused_ops": {"list": {"s": [text("BiasAdd")["s"], text("Relu6")["s"]]}}}
ONE = {"ksize": each(1, 2, 3, 1), "strides": each(1, 3, 2, 1), "padding": text("SAME")}


def op(kind: str, attributes: dict[str, Any], *constants: Array) -> Callable[[], Graph]:
    return lambda: Graph(*SIDES).add(kind, attributes, *constants)


def fully() -> Graph:
    net = Graph(*SIDES).add("AvgPool", ONE | {"ksize": each(1, 8, 6, 1), "padding": text("VALID")})
    net.add("Squeeze", {"squeeze_dims": each(1, 2)})
    net.add("_FusedMatMul", {"fused_ops": {"list": {"s": [text("BiasAdd")["s"]]}}}, MATRIX, BIAS)
    net.add("MatMul", {"transpose_b": {"b": True}}, MATRIX)
    return net.add("Identity", {}).add("Softmax", {})


MATRIX = numbers(3, 5)


def fully_expected(x: Array) -> Array:
    total = np.exp((x.mean((1, 2)) @ MATRIX + BIAS) @ MATRIX.T)
    return total / total.sum(1, keepdims=True)


GRAPH_CASES: dict[str, tuple[Callable[[], Graph], Callable[[Array], Array]]] = {
    "conv": (
        op("Conv2D", STRIDED, KERNEL),
        lambda x: np.einsum("nhwyxc,yxco->nhwo", seen(x, (3, 2), (2, 1), True), KERNEL),
    ),
    "conv-fused": (
        op("_FusedConv2D", STRIDED | FUSED, KERNEL, BIAS),
        lambda x: np.clip(
            np.einsum("nhwyxc,yxco->nhwo", seen(x, (3, 2), (2, 1), True), KERNEL) + BIAS, 0, 6
        ),
    ),
    "depthwise": (
        op("DepthwiseConv2dNative", STRIDED | {"strides": each(1, 2, 2, 1)}, DEPTHWISE),
        lambda x: np.einsum("nhwyxc,yxcm->nhwcm", seen(x, (3, 3), (2, 2), True), DEPTHWISE).reshape(
            len(x), 4, 3, 6
        ),
    ),
    "depthwise-fused": (
        op(
            "FusedDepthwiseConv2dNative",
            STRIDED | FUSED | {"strides": each(1, 2, 2, 1)},
            DEPTHWISE,
            numbers(6),
        ),
        lambda x: np.clip(
            np.einsum("nhwyxc,yxcm->nhwcm", seen(x, (3, 3), (2, 2), True), DEPTHWISE).reshape(
                len(x), 4, 3, 6
            )
            + numbers(6),
            0,
            6,
        ),
    ),
    "add": (op("AddV2", {}, numbers(3)), lambda x: x + numbers(3)),
    "add-older": (op("Add", {}, numbers(1)), lambda x: x + numbers(1)),
    "bias": (op("BiasAdd", {}, numbers(3)), lambda x: x + numbers(3)),
    "sub": (op("Sub", {}, numbers(6, 1)), lambda x: x - numbers(6, 1)),
    "mul": (op("Mul", {}, np.float32(2).reshape(())), lambda x: 2 * x),
    "relu": (op("Relu", {}), lambda x: np.maximum(x, 0)),
    "relu6": (op("Relu6", {}), lambda x: np.clip(x, 0, 6)),
    "sigmoid": (op("Sigmoid", {}), lambda x: 1 / (1 + np.exp(-x))),
    "largest": (
        op("MaxPool", ONE),
        lambda x: seen(x, (2, 3), (3, 2), True, -math.inf).max((3, 4)),
    ),
    "average": (
        op("AvgPool", ONE),
        lambda x: np.nanmean(seen(x, (2, 3), (3, 2), True, math.nan), (3, 4)),
    ),
    "fully-connected": (fully, fully_expected),
}


def graph_files(case: str, **more: Any) -> dict[str, bytes]:
    net = GRAPH_CASES[case][0]()
    return files({"node": net.nodes}, net.weights, **more)


@pytest.mark.parametrize("case", GRAPH_CASES)
def test_operator(case: str) -> None:
    x = numbers(2, *SIDES, seed=9)
    found, wanted = run(graph_files(case), x), GRAPH_CASES[case][1](x)
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_every_operator_is_tested() -> None:
    kinds = {entry["op"] for build, _ in GRAPH_CASES.values() for entry in build().nodes}
    assert kinds == {*OPERATORS, "Placeholder", "Const"}


def test_outputs_are_those_of_the_signature() -> None:
    signature = {"outputs": {"first": {"name": "Squeeze_2:0"}}}
    net = convert(graph_files("fully-connected", signature=signature))
    assert [port.name for port in net.graph.output] == ["Squeeze_2"]


def test_same_files_give_the_same_graph() -> None:
    first, second = (convert(layer_files("conv")) for _ in range(2))
    assert first == second


def bundle(value: str) -> bytes:
    """Return a module as a bundler makes it; its own exports come first."""
    head = '!function(e){if("object"==typeof exports)module.exports=e();else window.m=e()}'
    body = "(function(){return function e(n,t){n[0]={exports:{}}}({1:[function(e,a,n){a.exports="
    return f"{head}{body}{value}}},{{}}]}},{{}},[1])(1)}});".encode()


def minified(value: Any) -> str:
    """Write a value as minifiers do: names without quotes, ``!0`` for true, ``.5``."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{minified(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(minified, value)) + "]"
    if value is None:
        return "void 0"
    if isinstance(value, bool):
        return "!0" if value else "!1"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\x27") + "'"
    return str(value).replace("0.", ".").replace("e-0", "e-")


def test_modules_of_javascript_are_read_like_json() -> None:
    plain = layer_files("classifier")
    model, shard = plain.values()
    packed = {
        "dist/model.min.js": bundle(minified(json.loads(model))),
        "dist/group1-shard1of1.min.js": bundle(f'"{base64.b64encode(shard).decode()}"'),
    }
    assert convert(packed) == convert(plain)

"""Files of TensorFlow.js: their values and weights, and what is said of damaged ones."""

from __future__ import annotations

import contextlib
import copy
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.test_tfjs import each, graph_files, layer_files, text
from nijigen.core.errors import ModelError
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tfjs import convert
from nijigen.models._tfjs.literal import read_value
from nijigen.models._tfjs.weights import read_weights

Array = NDArray[Any]


def test_values_of_javascript() -> None:
    source = "export default {a:[1,-2.5,.5,1e3,-1E-2,],'b c':{},\"d\":`x`,e:'\\u3042\\n\\'',f:!0,"
    source += "g:!1,h:null,i:void 0,j:NaN,\n k : [ [] ] , }"
    value = read_value(source.encode())
    assert np.isnan(value.pop("j"))
    assert value == {
        "a": [1, -2.5, 0.5, 1000, -0.01],
        "b c": {},
        "d": "x",
        "e": "あ\n'",
        "f": True,
        "g": False,
        "h": None,
        "i": None,
        "k": [[]],
    }
    assert isinstance(value["a"][0], int)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "{",
        "[1]",
        "export default {a:1",
        "export default {a:window}",
        "export default {a:f()}",
        "export default {a:1+1}",
        "export default {:1}",
        "export default {a 1}",
        "export default {a:[1 2]}",
        "export default {a:`x${y}`}",
        'export default "open',
        "export default {a:12px}",
        "exports={a:" + "[" * 5000,
        '{"a":' * 50_000,
        "exports={a:" + "1" * 200_000 + "x",
        "exports={a:'" + "x\\'" * 100_000,
    ],
)
def test_what_is_no_plain_value(source: str) -> None:
    with pytest.raises(Unreadable):
        read_value(source.encode())


@pytest.mark.parametrize(
    ("stored", "dtype", "quantization", "wanted"),
    [
        (np.uint8([0, 255]), "float32", {"min": -1.5, "scale": 0.1}, [-1.5, 24.0]),
        (np.uint16([0, 65535]), "float32", {"min": 2, "scale": 1e-3}, [2, 67.535]),
        (np.float16([0.5, -3]), "float32", {}, [0.5, -3]),
        (np.uint8([0, 9]), "int32", {"min": -4, "scale": 0.5}, [-4, 0]),
    ],
)
def test_weights_of_fewer_bits(
    stored: Array, dtype: str, quantization: dict[str, float], wanted: list[float]
) -> None:
    entry = {"name": "w", "shape": [2, 1], "dtype": dtype}
    entry["quantization"] = quantization | {"dtype": str(stored.dtype)}
    manifest = [{"paths": ["a/s1", "a/s2"], "weights": [entry]}]
    data = stored.tobytes()
    values = read_weights(manifest, {"x/s2": data[1:], "x/s1": data[:1]})["w"]
    assert values.dtype == ("float32" if dtype == "float32" else "int64")
    assert np.array_equal(values, np.array(wanted, values.dtype).reshape(2, 1))


def changed(source: dict[str, bytes], change: Callable[[Any], Any]) -> dict[str, bytes]:
    model = json.loads(source["model.json"])
    change(model)
    return source | {"model.json": json.dumps(model).encode()}


def first_layer(model: Any) -> Any:
    return model["modelTopology"]["model_config"]["config"]["layers"][1]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda m: first_layer(m).update(class_name="Own"), "layer Own is not supported"),
        (lambda m: first_layer(m)["config"].update(padding="causal"), "padding 'causal'"),
        (lambda m: first_layer(m)["config"].update(data_format="channels_first"), "channels first"),
        (lambda m: first_layer(m)["config"].update(activation="mish"), "'mish' is not"),
        (lambda m: first_layer(m)["config"].update(strides=[0, 1]), "invalid size"),
        (lambda m: first_layer(m)["config"].update(strides=3), "damaged"),
        (lambda m: first_layer(m)["config"].pop("dilation_rate"), "damaged"),
        (lambda m: first_layer(m).update(name="other"), "kernel of layer 'other' is missing"),
        (lambda m: first_layer(m).update(inbound_nodes=[]), "used 0 times"),
        (lambda m: first_layer(m)["inbound_nodes"][0].append(["in", 0, 0, {}]), "has 2 inputs"),
        (lambda m: m["modelTopology"]["model_config"].update(class_name="X"), "of the class X"),
        (lambda m: m.pop("modelTopology"), "damaged"),
        (lambda m: m.update(modelTopology=[]), "damaged"),
        (lambda m: m["weightsManifest"][0].update(paths=["other"]), "weights other are missing"),
        (lambda m: m["weightsManifest"][0]["weights"].pop(), "bytes of the weights are left"),
        (lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[9, 9]), "end before|left"),
        (lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[-1]), "invalid shape"),
        (
            lambda m: m["weightsManifest"][0]["weights"][0].update(dtype="string"),
            "unsupported type",
        ),
    ],
)
def test_layers_that_do_not_fit_together(change: Callable[[Any], Any], complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint) as caught:
        convert(changed(layer_files("conv"), change))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda n: n.update(op="Einsum"), "operator Einsum is not supported"),
        (lambda n: n.update(input=["in", "later"]), "is not computed before it"),
        (lambda n: n.update(input=["in", "in"]), "not constant"),
        (lambda n: n["attr"].update(data_format=text("NCHW")), "channels first"),
        (lambda n: n["attr"].update(strides=each(1, 1, 1, 2)), "along the batch or channels"),
        (lambda n: n["attr"].update(padding={"s": "%%%"}), "damaged"),
        (
            lambda n: n["attr"].update(fused_ops={"list": {"s": [text("Elu")["s"]]}}),
            "fused with Elu",
        ),
    ],
)
def test_nodes_that_do_not_fit_together(change: Callable[[Any], Any], complaint: str) -> None:
    source = graph_files("conv")
    with pytest.raises(ModelError, match=complaint):
        convert(changed(source, lambda model: change(model["modelTopology"]["node"][-1])))


def test_without_files() -> None:
    with pytest.raises(ModelError, match="has no files"):
        convert({})
    model = layer_files("conv")["model.json"]
    with pytest.raises(ModelError, match="not valid base64"):
        convert({"m.json": model, "group1-shard1of1.js": b'exports="?"'})


@pytest.mark.parametrize("source", [layer_files("conv"), graph_files("fully-connected")])
def test_changed_bytes(source: dict[str, bytes]) -> None:
    chance, started = np.random.default_rng(3), time.process_time()
    for _ in range(250):
        damaged = copy.copy(source)
        for name, data in source.items():
            part = bytearray(data)
            if chance.random() < 0.2:
                del part[int(chance.integers(len(part))) :]
            for place in chance.integers(0, max(len(part), 1), chance.integers(0, 3)):
                part[place : place + 1] = bytes([int(chance.integers(32, 127))])
            damaged[name] = bytes(part)
        with contextlib.suppress(ModelError):
            convert(damaged)
    assert time.process_time() - started < 20

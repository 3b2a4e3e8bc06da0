"""Convert a TensorFlow.js network to an ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nijigen.core.errors import ModelError
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tfjs.graph import build_graph
from nijigen.models._tfjs.layers import build_layers
from nijigen.models._tfjs.literal import read_value
from nijigen.models._tfjs.weights import read_weights

if TYPE_CHECKING:
    import onnx


def convert(source: Mapping[str, bytes]) -> onnx.ModelProto:
    """Convert a TensorFlow.js network to an ONNX graph in float32.

    Layers models and graph models are supported, as ``model.json`` with its shards or as
    JavaScript modules that export the same. The inputs and outputs keep their names and order;
    those with four axes are ``(n, channels, height, width)`` instead of ``(n, height, width,
    channels)``.

    Args:
        source: The files by path: first the one that describes the network, then its shards.

    Raises:
        ModelError: A file is damaged or missing, or the network contains something that is not
            supported.
    """
    if not source:
        raise ModelError("a TensorFlow.js network has no files", _HINT)
    path, *rest = source
    try:
        model = read_value(source[path])
        weights = read_weights(model["weightsManifest"], {name: source[name] for name in rest})
        topology = model["modelTopology"]
        if "node" in topology:
            return build_graph(topology, model.get("signature"), weights)
        return build_layers(topology, weights)
    except Unreadable as error:
        raise ModelError(f"{path} cannot be converted: {error}", _HINT) from None
    except _BREAKS as error:
        # The checks give clear messages, but damaged files can cause many other errors.
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error})", _HINT) from None


_BREAKS: tuple[type[Exception], ...] = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    RecursionError,
)
_HINT = "use the package version that the model's card names"

"""The weights of a TensorFlow.js network: binary shards, divided as the manifest states."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tfjs.literal import read_value

Array = NDArray[Any]
KINDS = {"float32": "<f4", "int32": "<i4", "bool": "?", "uint8": "u1", "uint16": "<u2"}
FLOAT16 = "float16"


def read_weights(manifest: Any, shards: Mapping[str, bytes]) -> dict[str, Array]:
    """Return the tensors of a network by name; quantized weights become floats.

    Args:
        manifest: The network's ``weightsManifest``.
        shards: The files by path; a JavaScript module contains the bytes as base64.

    Raises:
        Unreadable: A shard is missing or damaged.
    """
    tensors: dict[str, Array] = {}
    for group in manifest:
        data = b"".join(_shard(path, shards) for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            values, at = _tensor(entry, data, at)
            tensors[entry["name"]] = values
        if at != len(data):
            raise Unreadable(f"{len(data) - at} bytes of the weights are left over")
    return tensors


def _shard(path: str, shards: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a shard: ``group1-shard1of1`` may be in ``group1-shard1of1.min.js``."""
    wanted = PurePosixPath(path).name
    for name, data in shards.items():
        file = PurePosixPath(name).name
        if file == wanted and not file.endswith(".js"):
            return data
        if file in (f"{wanted}.js", f"{wanted}.min.js", wanted):
            text = read_value(data)
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, TypeError, ValueError):
                raise Unreadable(f"{file} is not valid base64") from None
    raise Unreadable(f"the weights {wanted} are missing")


def _tensor(entry: Mapping[str, Any], data: bytes, at: int) -> tuple[Array, int]:
    name, shape = entry["name"], tuple(entry["shape"])
    quantization = entry.get("quantization") or {}
    stored = quantization.get("dtype", entry["dtype"])
    kind = "<f2" if stored == FLOAT16 else KINDS.get(stored)
    if kind is None:
        raise Unreadable(f"{name!r} has the unsupported type {stored!r}")
    if any(type(side) is not int or side < 0 for side in shape):
        raise Unreadable(f"{name!r} has the invalid shape {shape}")
    count = math.prod(shape)
    end = at + count * np.dtype(kind).itemsize
    if end > len(data):
        raise Unreadable(f"the weights end before {name!r}")
    values = np.frombuffer(data, kind, count, at).reshape(shape)
    if "scale" in quantization:
        # Like TensorFlow.js: computed in float64, and only the result is rounded.
        values = values * float(quantization["scale"]) + float(quantization["min"])
    if entry["dtype"] == "float32":
        return values.astype(np.float32), end
    return (np.rint(values) if "scale" in quantization else values).astype(np.int64), end

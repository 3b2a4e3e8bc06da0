"""GLB: columns as a mesh with a color for each vertex, in one binary glTF file."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.columns import Columns
from nijigen.effects._voxel.faces import faces_of
from nijigen.imaging.color_spaces import to_linear

_FLOAT, _SHORT, _INT = 5126, 5123, 5125
"""Component types of glTF."""
_ASSET = {"version": "2.0", "generator": "Nijigen"}
_WIDTH = 1.0
"""Meters of the longer side."""


def glb_of(columns: Columns) -> bytes:
    """Return a mesh of the columns, closed below; the picture lies on the ground, y is up.

    Source: glTF 2.0 specification by the Khronos Group: ``COLOR_0`` is linear, and every part of
    the binary chunk begins at a multiple of four bytes.
    """
    rows, width = columns.heights.shape
    if not columns.filled.any():
        # A mesh without points is not allowed, a scene without meshes is.
        return _file({"asset": _ASSET, "scene": 0, "scenes": [{}]}, b"")
    faces = faces_of(columns, below=True)
    corners = np.concatenate([one.corners.reshape(-1, 3) for one in faces])
    scale = _WIDTH / max(rows, width)
    position = np.empty(corners.shape, np.float32)
    position[:, 0] = (corners[:, 0] - width / 2) * scale
    position[:, 1] = corners[:, 2] * scale
    position[:, 2] = (corners[:, 1] - rows / 2) * scale
    normals = [
        np.tile((one.normal[0], one.normal[2], one.normal[1]), (4 * len(one.cell), 1))
        for one in faces
    ]
    cells = np.concatenate([one.cell for one in faces]).repeat(4)
    color = np.full((len(cells), 4), 65535, np.uint16)
    linear = to_linear(columns.colors.reshape(-1, 3) / 255)
    color[:, :3] = (linear * 65535 + 0.5).astype(np.uint16)[cells]
    first = np.arange(0, len(corners), 4, dtype=np.uint32)[:, None]
    index = (first + np.array([0, 1, 2, 0, 2, 3], np.uint32)).ravel()
    arrays: list[tuple[NDArray[np.generic], str, int]] = [
        (position, "VEC3", _FLOAT),
        (np.concatenate(normals).astype(np.float32), "VEC3", _FLOAT),
        (color, "VEC4", _SHORT),
        (index, "SCALAR", _INT),
    ]
    return _packed(arrays)


def _packed(arrays: list[tuple[NDArray[np.generic], str, int]]) -> bytes:
    parts, views, accessors = [], [], []
    begin = 0
    for number, (array, kind, component) in enumerate(arrays):
        data = array.tobytes()
        target = 34963 if kind == "SCALAR" else 34962
        views.append({"buffer": 0, "byteOffset": begin, "byteLength": len(data), "target": target})
        accessor = {
            "bufferView": number,
            "componentType": component,
            "count": len(array),
            "type": kind,
        }
        if component == _SHORT:
            accessor["normalized"] = True
        if number == 0:
            accessor |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        accessors.append(accessor)
        parts.append(data)
        begin += len(data)
    attributes = {"POSITION": 0, "NORMAL": 1, "COLOR_0": 2}
    document = {
        "asset": _ASSET,
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "columns"}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": 3, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.9}}],
        "buffers": [{"byteLength": begin}],
        "bufferViews": views,
        "accessors": accessors,
    }
    return _file(document, b"".join(parts))


def _file(document: dict[str, Any], binary: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = [(b"JSON", text), (b"BIN\0", binary)] if binary else [(b"JSON", text)]
    content = b"".join(struct.pack("<I4s", len(data), kind) + data for kind, data in chunks)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(content)) + content

"""MediaPipe's custom operators for refining the eyes and lips of a face.

A region is located by landmarks and cropped upright from the picture; points found in the crop are
transformed back to the picture.

Source: the operators are defined in MediaPipe (``mediapipe/util/tflite/operations``, Apache-2.0),
version 2 of each.
"""

from __future__ import annotations

import math

import numpy as np

from nijigen.models._channels_last.builder import Value
from nijigen.models._onnx.graph import SLICE_TO_END, Unreadable
from nijigen.models._tflite.flexbuffer import Number, read_options
from nijigen.models._tflite.step import Step

SMALLEST = 1e-12
FLOAT = 1
"""ONNX's type number for float32."""
VERSION = 2
LARGEST = 4096
"""Limit per side of a crop, since a damaged file may state any."""

Options = dict[str, Number | list[Number]]


def landmarks_to_transform_matrix(step: Step) -> Value:
    """Convert ``Landmarks2TransformMatrix``: a matrix from pixels of the crop to the picture.

    The crop is the bounding box of some landmarks, rotated so that two given ones are level.
    """
    options, points, graph = _options(step), step.input(0), step.builder.graph
    if points.rank != 3 or points.shape[0] != 1 or points.channels != 3:
        raise Unreadable(f"landmarks have the shape {points.shape}")
    indices = [_whole(index) for index in _list(options, "subset_idxs")]
    ends = [_whole(options.get(f"{side}_rotation_idx")) for side in ("left", "right")]
    if not indices or not all(0 <= index < points.shape[1] for index in (*indices, *ends)):
        raise Unreadable("the index of a landmark is out of range")

    def chosen(numbers: list[int]) -> str:
        places = step.builder.integers(numbers)
        gathered = graph.node("Gather", [points.name, places], axis=1)
        return graph.slice(gathered, [0], [2], [2])

    # Cosine and sine of the rotation, without computing the angle.
    left, right = chosen(ends[:1]), chosen(ends[1:])
    along = graph.node("Sub", [right, left])
    length = graph.node("ReduceL2", [along], axes=[2], keepdims=1)
    level = graph.node("Div", [along, graph.node("Max", [length, graph.scalar(SMALLEST)])])
    target = float(_number(options.get("target_rotation_radians", 0.0)))
    cos, sin = math.cos(target), math.sin(target)
    turn = graph.node("MatMul", [level, _constant(step, [[cos, sin], [sin, -cos]])])
    quarter = graph.node("MatMul", [turn, _constant(step, [[0, 1], [-1, 0]])])
    back = graph.node("Concat", [turn, quarter], axis=1)

    turned = graph.node("MatMul", [chosen(indices), back])
    most, least = (
        graph.node(op, [turned], axes=[1], keepdims=1) for op in ("ReduceMax", "ReduceMin")
    )
    middle = graph.node("Mul", [graph.node("Add", [most, least]), graph.scalar(0.5)])
    sides = [_side(options, "width"), _side(options, "height")]
    scale = [
        _number(options.get(f"scale_{axis}")) / side for axis, side in zip("xy", sides, strict=True)
    ]
    size = graph.node("Mul", [graph.node("Sub", [most, least]), _constant(step, [[scale]])])
    linear = graph.node("Mul", [back, size])
    corner = graph.node("MatMul", [linear, _constant(step, [[-side / 2] for side in sides])])
    upright = graph.node("Transpose", [middle], perm=[0, 2, 1])
    shift = graph.node("Add", [graph.node("MatMul", [back, upright]), corner])
    none = graph.node("Mul", [shift, graph.scalar(0)])
    rows = graph.node("Concat", [linear, none, shift], axis=2)
    zeros = graph.node("Mul", [rows, graph.scalar(0)])
    rest = graph.node("Add", [zeros, _constant(step, [[0, 0, 1, 0], [0, 0, 0, 1]])])
    return step.builder.node("Concat", [rows, rest], (1, 4, 4), axis=1)


def transform_tensor_bilinear(step: Step) -> Value:
    """Convert ``TransformTensorBilinear``: crop a picture by a matrix."""
    options, picture, graph = _options(step), step.input(0), step.builder.graph
    width, height = _side(options, "width"), _side(options, "height")
    if picture.rank != 4 or picture.shape[0] != 1 or min(picture.shape[1:3]) < 2:
        raise Unreadable(f"a picture to crop has the shape {picture.shape}")
    y, x = np.mgrid[:height, :width].reshape(2, -1) + 0.5
    centres = _constant(step, [np.stack([x, y], 1)])
    places = _transformed(step, step.input(1), centres)
    places = graph.node("Sub", [places, graph.scalar(0.5)])
    last = np.array([[picture.shape[2] - 1, picture.shape[1] - 1]], np.float32)
    grid = graph.node("Mul", [places, _constant(step, 2 / last)])
    grid = graph.node("Sub", [grid, graph.scalar(1)])
    shaped = graph.node("Reshape", [grid, step.builder.integers([0, height, width, 2])])
    part = graph.node("GridSample", [picture.name, shaped], align_corners=1)
    # Samples outside the picture are 0, without interpolation at its edge.
    inside = graph.node(
        "Equal", [graph.node("Clip", [grid, graph.scalar(-1), graph.scalar(1)]), grid]
    )
    counted = graph.node("ReduceMin", [graph.node("Cast", [inside], to=FLOAT)], axes=[2])
    mask = graph.node("Reshape", [counted, step.builder.integers([0, 1, height, width])])
    return step.builder.node("Mul", [part, mask], (1, height, width, picture.channels))


def transform_landmarks(step: Step) -> Value:
    """Convert ``TransformLandmarks``: transform points of a crop to the picture, by a matrix."""
    points, graph = step.input(0), step.builder.graph
    if points.rank != 3 or points.channels not in (2, 3) or points.shape[0] != 1:
        raise Unreadable(f"landmarks have the shape {points.shape}")
    flat = graph.slice(points.name, [0], [2], [2])
    moved = _transformed(step, step.input(1), flat)
    if points.channels == 2:
        return Value(points.shape, moved)
    depth = graph.slice(points.name, [2], [3], [2])
    return step.builder.node("Concat", [moved, depth], points.shape, axis=2)


def _transformed(step: Step, matrix: Value, points: str) -> str:
    """Transform points ``(n, count, 2)`` by a matrix ``(n, 4, 4)``."""
    if matrix.shape != (1, 4, 4) or matrix.constant is not None:
        raise Unreadable(f"a matrix has the shape {matrix.shape}, or is constant")
    graph = step.builder.graph
    linear = graph.slice(matrix.name, [0, 0], [2, 2], [1, 2])
    shift = graph.slice(matrix.name, [0, 3], [2, SLICE_TO_END], [1, 2])
    turned, row = (graph.node("Transpose", [part], perm=[0, 2, 1]) for part in (linear, shift))
    return graph.node("Add", [graph.node("MatMul", [points, turned]), row])


def _options(step: Step) -> Options:
    if step.operator.version != VERSION:
        kind, version = step.operator.kind, step.operator.version
        raise Unreadable(f"version {version} of the operator {kind} is not supported")
    return read_options(step.operator.custom)


def _number(value: Number | list[Number] | None) -> Number:
    if value is None or isinstance(value, list):
        raise Unreadable("an option of an operator is missing")
    return value


def _whole(value: Number | list[Number] | None) -> int:
    number = _number(value)
    if not isinstance(number, int):
        raise Unreadable("an option of an operator is not an integer")
    return number


def _list(options: Options, name: str) -> list[Number]:
    value = options.get(name)
    if not isinstance(value, list):
        raise Unreadable(f"the option {name} of an operator is missing")
    return value


def _side(options: Options, name: str) -> int:
    side = _whole(options.get(f"output_{name}"))
    if not 1 <= side <= LARGEST:
        raise Unreadable(f"a crop has the {name} {side}")
    return side


def _constant(step: Step, values: object) -> str:
    return step.builder.graph.constant(np.array(values, np.float32))

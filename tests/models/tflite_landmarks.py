"""Networks of MediaPipe's operators for faces, and what numpy makes of the same numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.tflite_writer import TfliteNet, flexbuffer

Array = NDArray[Any]

SUBSET, ENDS = [3, 7, 20, 21, 40, 55, 8], (5, 50)
PART = {
    "left_rotation_idx": ENDS[0],
    "right_rotation_idx": ENDS[1],
    "subset_idxs": SUBSET,
    "output_width": 5,
    "output_height": 4,
    "scale_x": 1.5,
    "scale_y": 1.25,
}
TARGET = 0.3


def matrix(net: TfliteNet, x: int) -> int:
    """From pixels of a part to those of the picture, by 56 landmarks with three numbers each."""
    rows = net.operator("RESHAPE", [x], (1, 56, 3), {0: np.array([1, 56, 3], "<i4")})
    # So that part of what is cut out lies in a picture of 7 × 6 pixels, and part beside it.
    for kind, value in (("MUL", 2), ("ADD", 3)):
        number = net.constant(np.array([value], np.float32))
        rows = net.operator(kind, [rows, number], (1, 56, 3), {0: ("b", 0)})
    options = flexbuffer(PART | {"target_rotation_radians": TARGET})
    kind = "Landmarks2TransformMatrix"
    return net.operator(kind, [rows], (1, 4, 4), custom=options, version=2)


def matrix_expected(x: Array) -> Array:
    """The box of some landmarks, after a turn that lays two of them at the angle wanted."""
    results = []
    for points in 2 * x.reshape(len(x), 56, 3)[..., :2].astype(float) + 3:
        dx, dy = points[ENDS[1]] - points[ENDS[0]]
        turn = TARGET - math.atan2(dy, dx)
        back = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        turned = points[SUBSET] @ back
        low, high = turned.min(0), turned.max(0)
        linear = back * (np.array([1.5, 1.25]) * (high - low) / [5, 4])
        result = np.eye(4)
        result[:2, :2] = linear
        result[:2, 3] = back @ (low + high) / 2 - linear @ [2.5, 2]
        results.append(result)
    return np.array(results)


def part(net: TfliteNet, x: int) -> int:
    options = flexbuffer({"output_width": 5, "output_height": 4})
    kind = "TransformTensorBilinear"
    return net.operator(kind, [x, matrix(net, x)], (1, 4, 5, 4), custom=options, version=2)


def part_expected(x: Array) -> Array:
    result = np.zeros((len(x), 4, 5, 4))
    for picture, numbers_, out in zip(x, matrix_expected(x), result, strict=True):
        for row, col in np.ndindex(4, 5):
            at = numbers_ @ [col + 0.5, row + 0.5, 0, 1] - 0.5
            if 0 <= at[0] <= 5 and 0 <= at[1] <= 6:
                low = np.minimum(np.floor(at[:2]).astype(int), (4, 5))
                right, down = at[:2] - low
                seen = picture[low[1] : low[1] + 2, low[0] : low[0] + 2]
                out[row, col] = np.einsum("yxc,y,x->c", seen, (1 - down, down), (1 - right, right))
    return result


def put_back(size: int) -> tuple[Callable[..., int], Callable[..., Array]]:
    shape = (1, 168 // size, size)

    def build(net: TfliteNet, x: int) -> int:
        points = net.operator("RESHAPE", [x], shape, {0: np.array(shape, "<i4")})
        return net.operator("TransformLandmarks", [points, matrix(net, x)], shape, version=2)

    def expected(x: Array) -> Array:
        points, by = x.reshape(len(x), *shape[1:]), matrix_expected(x)
        moved = points[..., :2] @ by[:, :2, :2].transpose(0, 2, 1) + by[:, None, :2, 3]
        return np.concatenate([moved, points[..., 2:]], -1)

    return build, expected

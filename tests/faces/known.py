"""Tiny networks in place of the trained ones, and pictures with faces that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.faces import Box, Face, Point
from nijigen.faces._verifying import OFFSET, TRUST
from nijigen.generate import LANDMARKS, Sample, sample

RED = (255, 0, 0)
HAIR_NAME, EYE_NAME = 3, 9


def networks() -> dict[str, bytes]:
    """The networks: red squares of 32, 64 and 128 pixels are faces of one known form."""
    return {
        "faces-detect": _detector(),
        "faces-verify": _constant((5,), verdict_row()),
        "faces-landmarks": _constant((192 + 6,), face_row()),
        "faces-colors": _constant((12 + 11,), color_row()),
    }


def page(width: int, height: int, squares: list[tuple[int, int, int]], gray: int = 255) -> Picture:
    """A page with red squares, given by their middle and side: what the test network finds."""
    pixels = np.full((height, width, 3), gray, np.uint8)
    # A line that keeps tiles from being of one color.
    pixels[:, ::7] = 200
    for x, y, side in squares:
        half = side // 2
        pixels[y - half : y + half, x - half : x + half] = RED
    return Picture(pixels)


def drawn(seed: int, size: int = 320, **given: Any) -> tuple[Sample, Face]:
    """A drawn character and its face with the true box and landmarks."""
    made = sample(seed, size=size, given=given)
    rows = zip(LANDMARKS, made.landmarks.tolist(), made.visible.tolist(), strict=True)
    landmarks = {name: Point(x, y, float(seen)) for name, (x, y), seen in rows}
    face = Face(box=Box(*made.face_box), head=Box(*made.head_box), landmarks=landmarks)
    return made, face


def face_row() -> NDArray[np.float32]:
    """What the test network says of every face: landmarks of a ring, and a pose."""
    angle = np.arange(64) / 64 * 2 * np.pi
    points = np.stack([0.5 + 0.25 * np.cos(angle), 0.5 + 0.25 * np.sin(angle), angle * 0 + 0.9], 1)
    return np.concatenate([points.ravel(), (0.5, -0.5, 0.2, 1.0, 0.4, 0.3)]).astype(np.float32)


def verdict_row() -> NDArray[np.float32]:
    """What the test network says of every proposal: nothing new, so its confidence stays."""
    return np.array((1 / (1 + np.exp(OFFSET / TRUST)), 0, 0, 0, 0), np.float32)


def color_row() -> NDArray[np.float32]:
    """What the test network calls every face: blue hair and red eyes."""
    row = np.full(12 + 11, 0.02, np.float32)
    row[HAIR_NAME], row[12 + EYE_NAME] = 0.8, 0.7
    return row


def _constant(shape: tuple[int, ...], row: NDArray[np.float32]) -> bytes:
    """A network that says the same of every picture of a batch."""
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("ReduceMean", ["input", "axes"], ["mean"], keepdims=0),
        helper.make_node("Reshape", ["mean", "column"], ["means"]),
        helper.make_node("Mul", ["means", "nothing"], ["zeros"]),
        helper.make_node("Add", ["zeros", "row"], ["output"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes"),
        numpy_helper.from_array(np.array([-1, 1], np.int64), "column"),
        numpy_helper.from_array(np.zeros(1, np.float32), "nothing"),
        numpy_helper.from_array(row[None], "row"),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", *shape])],
        constants,
    )
    return _bytes(graph)


def _detector() -> bytes:
    """A network of the form of ours, for which red squares of four strides are faces.

    A cell is sure where the window of four strides around it is red and that of eight is not.
    """
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("Split", ["input"], ["red", "green", "blue"], axis=1, num_outputs=3),
        helper.make_node("Sub", ["red", "green"], ["less"]),
        helper.make_node("Sub", ["less", "blue"], ["more"]),
        helper.make_node("Relu", ["more"], ["marks"]),
    ]
    constants = [
        numpy_helper.from_array(np.array(0.3, np.float32), "allowed"),
        numpy_helper.from_array(np.array(3, np.float32), "weight"),
        numpy_helper.from_array(np.array(0.5, np.float32), "half"),
        numpy_helper.from_array(np.array(2, np.float32), "twice"),
        numpy_helper.from_array(np.array([0, 10, -1], np.int64), "flat"),
    ]
    outputs = []
    for stride in (8, 16, 32):
        for name, size in (("near", 4), ("wide", 8)):
            pad = (size - 1) * stride // 2
            nodes.append(
                helper.make_node(
                    "AveragePool",
                    ["marks"],
                    [f"{name}{stride}"],
                    kernel_shape=[size * stride] * 2,
                    strides=[stride] * 2,
                    pads=[pad] * 4,
                    count_include_pad=1,
                )
            )
        constants += [
            numpy_helper.from_array(_rest(2.0 * stride), f"face{stride}"),
            numpy_helper.from_array(_rest(2.5 * stride), f"head{stride}"),
        ]
        nodes += [
            helper.make_node("Sub", [f"wide{stride}", "allowed"], [f"over{stride}"]),
            helper.make_node("Relu", [f"over{stride}"], [f"much{stride}"]),
            helper.make_node("Mul", [f"much{stride}", "weight"], [f"worse{stride}"]),
            helper.make_node("Sub", [f"near{stride}", f"worse{stride}"], [f"raw{stride}"]),
            helper.make_node("Sub", [f"raw{stride}", "half"], [f"beyond{stride}"]),
            helper.make_node("Relu", [f"beyond{stride}"], [f"part{stride}"]),
            helper.make_node("Mul", [f"part{stride}", "twice"], [f"sure{stride}"]),
            helper.make_node("Sub", [f"sure{stride}", f"sure{stride}"], [f"none{stride}"]),
            helper.make_node("Add", [f"none{stride}", f"face{stride}"], [f"sides{stride}"]),
            helper.make_node("Add", [f"none{stride}", f"head{stride}"], [f"around{stride}"]),
            helper.make_node(
                "Concat",
                [f"sure{stride}", f"sides{stride}", f"sure{stride}", f"around{stride}"],
                [f"cells{stride}"],
                axis=1,
            ),
            helper.make_node("Reshape", [f"cells{stride}", "flat"], [f"rows{stride}"]),
        ]
        outputs.append(f"rows{stride}")
    nodes += [
        helper.make_node("Concat", outputs, ["all"], axis=2),
        helper.make_node("Transpose", ["all"], ["output"], perm=[0, 2, 1]),
    ]
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", "a", 10])],
        constants,
    )
    return _bytes(graph)


def _rest(distance: float) -> NDArray[np.float32]:
    return np.full((1, 4, 1, 1), distance, np.float32)


def _bytes(graph: Any) -> bytes:
    from onnx import checker, helper

    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data

#!/usr/bin/env bash
# 1. Expected: the operator Shape returns the actual shape of a tensor, at every optimization level.
# 2. Seen with onnxruntime 1.32.0 and onnx 1.23.2: Resize by a scale of 0.7 turns 10 pixels into 7
#    (0.7 in float32 is slightly less than 0.7, and the product is rounded to 7 before the floor),
#    but shape inference multiplies in float64 and gives 6. With the default optimizations, Shape is
#    replaced by that inferred constant: one run returns a result of 7 x 7 and 6 x 6 as its shape. The
#    same happens for MaxPool and AveragePool with ceil_mode if the last window would start beyond the
#    picture: a result of 2 x 2, Shape returns 3 x 3. Every operator that uses such a shape is wrong.
# 3. Noticed when runtimes were compared at odd sizes and scales; converted networks had such scales
#    (5 pixels from 6, onnx inferred 4). models/_channels_last/windows.py now increases a scale until
#    both agree, and writes pads instead of ceil_mode.
# 4. If both agree, the scale can be the nearest float32.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

LEVELS = {
    "optimized": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
    "as written": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
}
onnxruntime.set_default_logger_severity(3)


def shapes(level, side, op, inputs, attributes):
    scales = numpy_helper.from_array(np.array([1, 1, 0.7, 0.7], np.float32), "scales")
    nodes = [
        helper.make_node(op, inputs, ["result"], **attributes),
        helper.make_node("Shape", ["result"], ["shape"]),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, side, side])],
        [
            helper.make_tensor_value_info("result", TensorProto.FLOAT, None),
            helper.make_tensor_value_info("shape", TensorProto.INT64, [4]),
        ],
        [scales] if op == "Resize" else [],
    )
    opset = [helper.make_opsetid("", 19)]
    model = helper.make_model(graph, ir_version=9, opset_imports=opset).SerializeToString()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    result, shape = session.run(None, {"x": np.zeros((1, 1, side, side), np.float32)})
    return result.shape[2:], tuple(shape.tolist())[2:]


window = {"kernel_shape": [2, 2], "strides": [3, 3], "ceil_mode": 1}
for side, op, inputs, attributes in (
    (10, "Resize", ["x", "", "scales"], {"mode": "linear"}),
    (6, "MaxPool", ["x"], window),
    (6, "AveragePool", ["x"], window),
):
    for level in LEVELS:
        result, shape = shapes(level, side, op, inputs, attributes)
        print(f"{op:11} {level:10} result {result}, Shape says {shape}")
        assert (result == shape) == (level == "as written"), "the behaviour has changed"
EOF

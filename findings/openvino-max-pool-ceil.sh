#!/usr/bin/env bash
# 1. Expected: MaxPool and AveragePool with the same window, stride and ceil_mode have results of the
#    same size, and every value of MaxPool is one of its input's.
# 2. Seen with openvino 2026.4.1: if the last window would start beyond the picture (a window of 2 at
#    a stride of 3 on 6 pixels), AveragePool omits it, as the ONNX specification says and as ONNX
#    Runtime 1.32.0 and the reference of onnx 1.23.2 do for both. MaxPool keeps it: one more column,
#    filled with the lowest float32, -3.4e38.
# 3. Noticed when runtimes were compared on small graphs. Nijigen writes explicit pads and never
#    ceil_mode (models/_channels_last/windows.py).
# 4. If it is omitted, networks with such a window could run on OpenVINO unchanged.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(3)
x = np.arange(1, 7, dtype=np.float32).reshape(1, 1, 1, 6)
sizes = {}
for op in ("AveragePool", "MaxPool"):
    node = helper.make_node(op, ["x"], ["y"], kernel_shape=[1, 2], strides=[1, 3], ceil_mode=1)
    ports = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
    ]
    graph = helper.make_graph([node], "net", ports[:1], ports[1:])
    opset = [helper.make_opsetid("", 19)]
    model = helper.make_model(graph, ir_version=9, opset_imports=opset)
    data = model.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    found = {
        "reference": ReferenceEvaluator(model).run(None, {"x": x})[0],
        "ONNX Runtime": session.run(None, {"x": x})[0],
        "OpenVINO": core.compile_model(core.read_model(data), "CPU", options)([x])[0],
    }
    for program, y in found.items():
        print(f"{op:11} {program:13}", y.ravel().tolist())
        sizes[op, program] = y.size
    if op == "MaxPool":
        last = float(found["OpenVINO"].ravel()[-1])
assert sizes["AveragePool", "OpenVINO"] == 2
assert sizes["MaxPool", "ONNX Runtime"] == sizes["MaxPool", "reference"] == 2
assert sizes["MaxPool", "OpenVINO"] == 3 and last < -3e38, "the behaviour has changed"
EOF

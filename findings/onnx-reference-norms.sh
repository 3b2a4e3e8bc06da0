#!/usr/bin/env bash
# 1. Expected: onnx's ReferenceEvaluator, the reference for other runtimes, follows the operators'
#    specifications.
# 2. Seen with onnx 1.23.2: LRN gives 1/3 1 1 1 for four channels of ones (size 3, alpha 3, beta 1)
#    where the formula gives 1/3 1/4 1/4 1/3: all channels but the first are returned unchanged.
#    LpNormalization with p = 1 divides by the sum of the values instead of their absolute values:
#    1 -1 2 -3 becomes -1 1 -2 3; p = 2 is correct. ONNX Runtime 1.32.0 and OpenVINO 2026.4.1 follow
#    the formulas.
# 3. Noticed when runtimes were compared on small graphs. Nijigen's tests of converted operators compare
#    with numpy (tests/models/tflite_cases.py), not with the evaluator.
# 4. If both are correct, the evaluator could be the reference for graphs with these operators.
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


def answers(op, x, **attributes):
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, x.shape) for name in "xy"]
    node = helper.make_node(op, ["x"], ["y"], **attributes)
    graph = helper.make_graph([node], "net", ports[:1], ports[1:])
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, ir_version=8, opset_imports=opset)
    data = model.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    return {
        "ONNX Runtime": session.run(None, {"x": x})[0],
        "OpenVINO": core.compile_model(core.read_model(data), "CPU", options)([x])[0],
        "reference": ReferenceEvaluator(model).run(None, {"x": x})[0],
    }


ones = np.ones((1, 4, 1, 1), np.float32)
row = np.array([[1, -1, 2, -3]], np.float32)
signs = np.array([-1, 1, -2, 3], np.float32)
for op, x, attributes, wanted, seen in (
    ("LRN", ones, {"size": 3, "alpha": 3.0, "beta": 1.0}, [1 / 3, 1 / 4, 1 / 4, 1 / 3], [1 / 3, 1, 1, 1]),
    ("LpNormalization", row, {"axis": 1, "p": 1}, row[0] / 7, signs),
    ("LpNormalization", row, {"axis": 1, "p": 2}, row[0] / 15**0.5, row[0] / 15**0.5),
):
    found = answers(op, x, **attributes)
    print(op, attributes)
    for program, y in found.items():
        print(f"  {program:13}", *(f"{value:.3f}" for value in y.ravel()))
        told = seen if program == "reference" else wanted
        assert np.allclose(y.ravel(), told, atol=1e-5), "the behaviour has changed"
EOF

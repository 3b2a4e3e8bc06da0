#!/usr/bin/env bash
# 1. Expected: Unique with sorted=0 gives the distinct values in the order of their first appearance.
# 2. Seen with openvino 2026.4.1 (CPU): the number of values and the first value are correct, and all
#    others are 0: [5 4 3 2 1] becomes [5 0 0 0 0]. The reference of onnx 1.23.2 sorts regardless:
#    [1 2 3 4 5]. ONNX Runtime 1.32.0 gives [5 4 3 2 1]. With sorted=1 all three agree.
# 3. Noticed when runtimes were compared on small graphs, for computing a palette within a graph.
#    Nijigen counts colors with numpy, outside of networks.
# 4. If they agree, palettes could be computed inside a graph on every runtime.
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

FIRST_SEEN = {(5, 4, 3, 2, 1): [5, 4, 3, 2, 1], (1, 3, 3, 2, 3, 7): [1, 3, 2, 7]}
for values, wanted in FIRST_SEEN.items():
    for ordered in (1, 0):
        x = np.array(values, np.float32)
        node = helper.make_node("Unique", ["x"], ["y"], sorted=ordered)
        ports = [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, ["distinct"]),
        ]
        graph = helper.make_graph([node], "net", ports[:1], ports[1:])
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, ir_version=8, opset_imports=opset)
        data = model.SerializeToString()
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        core = openvino.Core()
        options = {"INFERENCE_PRECISION_HINT": "f32"}
        found = {
            "reference": ReferenceEvaluator(model).run(None, {"x": x})[0],
            "ONNX Runtime": session.run(None, {"x": x})[0],
            "OpenVINO": core.compile_model(core.read_model(data), "CPU", options)([x])[0],
        }
        found = {program: y.astype(int).tolist() for program, y in found.items()}
        print(f"{values} sorted={ordered}", found)
        if ordered:
            assert all(y == sorted(wanted) for y in found.values())
        else:
            assert found["ONNX Runtime"] == wanted
            others = [wanted[0]] + [0] * (len(wanted) - 1)
            assert found["OpenVINO"] == others, "the behaviour has changed"
            assert found["reference"] == sorted(wanted), "the behaviour has changed"
EOF

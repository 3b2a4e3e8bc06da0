#!/usr/bin/env bash
# 1. Expected: Softmax of opset 11 and older, with axis k, is one distribution over all axes from k on,
#    as specified; its default axis is 1, so a map of channels x rows x columns sums to 1 as a whole.
#    (Opset 13 changed this to one axis; opsets are versioned so that old graphs keep their meaning.)
# 2. Seen with openvino 2026.4.1: it sums over one axis, as if the opset were 13, without a warning. A
#    2 x 2 x 2 map of zeros gives .5 everywhere instead of .125. LogSoftmax of the same opset follows
#    the specification. The reference in onnx 1.23.2 gives .5 for both; ONNX Runtime 1.32.0 gives
#    .125. onnx's own converter to opset 13 keeps the meaning, and then all three give .125.
# 3. Noticed when runtimes were compared on small graphs. Nijigen's own graphs use opsets 17 and 18.
# 4. If it follows the specification, old networks with attention over a whole map agree everywhere.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper, version_converter
from onnx.reference import ReferenceEvaluator


def net(op):
    shape = [1, 2, 2, 2]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy"]
    node = helper.make_node(op, ["x"], ["y"], axis=1)
    graph = helper.make_graph([node], "net", ports[:1], ports[1:])
    opset = [helper.make_opsetid("", 11)]
    return helper.make_model(graph, ir_version=8, opset_imports=opset)


def answers(model):
    x = np.zeros((1, 2, 2, 2), np.float32)
    data = model.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    found = {
        "ONNX Runtime": session.run(None, {"x": x})[0],
        "OpenVINO": core.compile_model(core.read_model(data), "CPU", options)([x])[0],
        "reference": ReferenceEvaluator(model).run(None, {"x": x})[0],
    }
    return {program: float(y.ravel()[0]) for program, y in found.items()}


for op in ("Softmax", "LogSoftmax"):
    written = net(op)
    for title, model in (
        ("opset 11", written),
        ("converted to 13", version_converter.convert_version(written, 13)),
    ):
        found = answers(model)
        if op == "LogSoftmax":
            found = {program: float(np.exp(value)) for program, value in found.items()}
        print(f"{op:10} {title:15}", {program: round(value, 4) for program, value in found.items()})
        old = title == "opset 11"
        assert abs(found["ONNX Runtime"] - 0.125) < 1e-6
        wanted = 0.5 if old and op == "Softmax" else 0.125
        assert abs(found["OpenVINO"] - wanted) < 1e-6, "the behaviour has changed"
        assert abs(found["reference"] - (0.5 if old else 0.125)) < 1e-6, "the behaviour has changed"
EOF

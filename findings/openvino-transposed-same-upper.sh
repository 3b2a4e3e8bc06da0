#!/usr/bin/env bash
# 1. Expected: a transposed convolution with auto_pad SAME_UPPER crops the odd pixel at the end,
#    SAME_LOWER at the start, whether or not the size of the result (output_shape) is stated.
# 2. Seen with openvino 2026.4.1: with an output_shape, SAME_UPPER gives the result of SAME_LOWER,
#    shifted by one pixel. Without output_shape (which gives the same size), the two differ as
#    expected. ONNX Runtime 1.32.0 and the reference of onnx 1.23.2 agree with and without it.
# 3. Noticed when runtimes were compared on small graphs; it shows in learned upsampling as a shift
#    of the whole picture. Nijigen writes explicit pads (models/_channels_last/windows.py), on which
#    all runtimes agree.
# 4. If the two agree, decoders exported with output_shape could run on OpenVINO unchanged.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

x = np.array([1, 2, 3], np.float32).reshape(1, 1, 1, 3)
kernel = numpy_helper.from_array(np.array([1, 10, 100], np.float32).reshape(1, 1, 1, 3), "kernel")


def answers(padding, **size):
    node = helper.make_node(
        "ConvTranspose", ["x", "kernel"], ["y"], strides=[1, 2], auto_pad=padding, **size
    )
    ports = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 1, 6]),
    ]
    graph = helper.make_graph([node], "net", ports[:1], ports[1:], [kernel])
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
    return {program: y.ravel().round().astype(int).tolist() for program, y in found.items()}


upper, lower = [1, 10, 102, 20, 203, 30], [10, 102, 20, 203, 30, 300]
for padding, wanted in (("SAME_UPPER", upper), ("SAME_LOWER", lower)):
    for title, size in (("no size stated", {}), ("output_shape", {"output_shape": [1, 6]})):
        found = answers(padding, **size)
        print(padding, title)
        for program, y in found.items():
            print(f"  {program:13}", y)
        assert found["ONNX Runtime"] == found["reference"] == wanted
        moved = padding == "SAME_UPPER" and bool(size)
        assert found["OpenVINO"] == (lower if moved else wanted), "the behaviour has changed"
EOF

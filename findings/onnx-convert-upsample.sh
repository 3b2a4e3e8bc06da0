#!/usr/bin/env bash
# 1. Expected: version_converter.convert_version returns an equivalent graph in a newer opset, or an
#    error. It does so for other changed operators: Softmax of opset 11 gets a Flatten.
# 2. Seen with onnx 1.23.2: Upsample (opset 9 and older) and Resize of opset 10, with mode linear,
#    become a Resize without coordinate_transformation_mode. Its default since opset 11 is half_pixel,
#    but the old operators are asymmetric. 1 2 3 4 5 6 enlarged twofold: 1 1.5 2 2.5 ... before,
#    1 1.25 1.75 2.25 ... after: each such layer shifts the picture by a quarter of an input pixel.
#    With coordinate_transformation_mode = asymmetric added by hand, the values are the same.
# 3. Noticed when graphs before and after conversion were compared in ONNX Runtime 1.32.0. Nijigen does
#    not use the converter: models/_onnx_graph.py writes every graph in one opset, with the mode stated.
# 4. If the converter writes the mode, old decoders could be converted to a new opset with it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, version_converter

x = np.arange(1, 7, dtype=np.float32).reshape(1, 1, 1, 6)
scales = numpy_helper.from_array(np.array([1, 1, 1, 2], np.float32), "scales")


def run(model):
    data = model.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].ravel()


for op, opset in (("Upsample", 9), ("Resize", 10)):
    for mode in ("nearest", "linear"):
        ports = [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 1, 12]),
        ]
        node = helper.make_node(op, ["x", "scales"], ["y"], mode=mode)
        graph = helper.make_graph([node], "net", ports[:1], ports[1:], [scales])
        opsets = [helper.make_opsetid("", opset)]
        old = helper.make_model(graph, ir_version=8, opset_imports=opsets)
        new = version_converter.convert_version(old, 13)
        before, after = run(old), run(new)
        print(op, opset, mode, before[:4].tolist(), "converted to 13", after[:4].tolist())
        (resize,) = (node for node in new.graph.node if node.op_type == "Resize")
        resize.attribute.append(
            helper.make_attribute("coordinate_transformation_mode", "asymmetric")
        )
        resize.attribute.append(helper.make_attribute("nearest_mode", "floor"))
        assert np.array_equal(before, run(new))
        same = np.array_equal(before, after)
        assert same == (mode == "nearest"), "the behaviour has changed: the mode is kept"
EOF

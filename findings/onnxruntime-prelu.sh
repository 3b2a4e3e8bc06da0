#!/usr/bin/env bash
# 1. Expected: between convolutions, PRelu with a slope per channel costs about as much as LeakyRelu
#    or Relu: one pass over the data.
# 2. Seen with onnxruntime 1.32.0 (x86-64, one thread, 8 convolutions of 32 channels at 96 x 96):
#    Relu 1.5 ms, LeakyRelu 2.0 ms, PRelu 10.2 ms. The same values written as
#    slope * x + (1 - slope) * relu(x), with two depthwise 1 x 1 convolutions: 2.4 ms. PRelu is not
#    among the operators that ONNX Runtime supports in its blocked channel layout, and its own kernel
#    is slow with broadcast slopes.
# 3. Noticed when MediaPipe's face mesh took 4.1 ms after conversion to ONNX, 1.2 ms in LiteRT.
#    models/_channels_last/windows.py writes PReLUs as depthwise convolutions: 1.1 ms.
# 4. If PRelu becomes as fast, the rewrite can be removed; the hashes on the cards of such models change.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

CHANNELS, SIDE, LAYERS = 32, 96, 8


def net(kind):
    chance, nodes, constants = np.random.default_rng(0), [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    x = "x"
    for k in range(LAYERS):
        kernel = chance.normal(size=(CHANNELS, CHANNELS, 1, 1)) / CHANNELS**0.5
        slopes = np.full((CHANNELS, 1, 1), 0.25)
        each = slopes.reshape(-1, 1, 1, 1)
        c, y = f"c{k}", f"y{k}"
        nodes.append(helper.make_node("Conv", [x, constant(f"k{k}", kernel)], [c]))
        if kind == "PRelu":
            nodes.append(helper.make_node("PRelu", [c, constant(f"s{k}", slopes)], [y]))
        elif kind == "LeakyRelu":
            nodes.append(helper.make_node("LeakyRelu", [c], [y], alpha=0.25))
        else:
            left, right = constant(f"a{k}", each), constant(f"b{k}", 1 - each)
            nodes.append(helper.make_node("Relu", [c], [f"r{k}"]))
            nodes.append(helper.make_node("Conv", [c, left], [f"p{k}"], group=CHANNELS))
            nodes.append(helper.make_node("Conv", [f"r{k}", right], [f"q{k}"], group=CHANNELS))
            nodes.append(helper.make_node("Add", [f"p{k}", f"q{k}"], [y]))
        x = y
    shape = [1, CHANNELS, SIDE, SIDE]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", x)]
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:], constants)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, ir_version=8, opset_imports=opset).SerializeToString()


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
picture = np.random.default_rng(1).normal(size=(1, CHANNELS, SIDE, SIDE)).astype(np.float32)
took, answers = {}, {}
for kind in ("LeakyRelu", "depthwise", "PRelu"):
    session = onnxruntime.InferenceSession(net(kind), options, providers=["CPUExecutionProvider"])
    best = float("inf")
    for _ in range(20):
        started = time.process_time()
        (answers[kind],) = session.run(None, {"x": picture})
        best = min(best, time.process_time() - started)
    took[kind] = best
    print(f"{kind:10} {1000 * best:.2f} ms")
assert np.allclose(answers["PRelu"], answers["depthwise"], atol=1e-5), "other values"
assert took["PRelu"] > 2 * took["depthwise"], "the behaviour has changed: PRelu is fast"
EOF

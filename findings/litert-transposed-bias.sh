#!/usr/bin/env bash
# 1. Expected: padding SAME, the stride and the input's size determine the size and position of the
#    result of a transposed convolution; the shape stated in the file is only informative.
# 2. Seen with ai-edge-litert 2.3.0: for MediaPipe's operator Convolution2DTransposeBias the stated shape
#    decides. 3 pixels, window 3, stride 2, SAME: a file that states 6 gives the 7 possible pixels
#    without the last; one that states 5 gives them without the first and last, so the picture is
#    shifted left by one pixel; 4 and 7 are rejected. Also, only the XNNPACK delegate implements this
#    operator: opened with BUILTIN_WITHOUT_DEFAULT_DELEGATES, the same file has an "unresolved custom
#    op".
# 3. Noticed when MediaPipe's networks were converted to ONNX and compared. models/_tflite/operators.py
#    computes the crop from the sizes and stride.
# 4. If the shape no longer decides, files that state an unusual one give different pictures.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q ai-edge-litert==2.3.0 flatbuffers==25.12.19 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import struct

import flatbuffers
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

CUSTOM, SAME = 32, 1


def write(stated):
    """A .tflite file of one operator that enlarges 3 pixels; the result is said to have `stated`."""
    b = flatbuffers.Builder(1024)

    def table(*fields):
        b.StartObject(len(fields))
        for number, (kind, value) in enumerate(fields):
            if kind == "table":
                b.PrependUOffsetTRelativeSlot(number, value, 0)
            elif kind == "byte":
                b.PrependInt8Slot(number, value, 0)
            elif kind == "int":
                b.PrependInt32Slot(number, value, 0)
        return b.EndObject()

    def tables(items):
        b.StartVector(4, len(items), 4)
        for item in reversed(items):
            b.PrependUOffsetTRelative(item)
        return b.EndVector()

    def row(values):
        return b.CreateNumpyVector(np.array(values, np.int32))

    def tensor(shape, buffer, name):
        shape, name = row(shape), b.CreateString(name)
        return table(("table", shape), ("byte", 0), ("int", buffer), ("table", name))

    kernel = np.zeros((1, 3, 3, 1), np.float32)
    kernel[0, 1, :, 0] = 1, 10, 100
    buffers = [table()]
    for values in (kernel, np.zeros(1, np.float32)):
        data = np.frombuffer(values.tobytes(), np.uint8)
        b.StartVector(1, len(data), 16)
        b.head -= len(data)
        b.Bytes[b.head : b.head + len(data)] = data.tobytes()
        buffers.append(table(("table", b.EndVector())))
    tensors = [
        tensor([1, 1, 3, 1], 0, "x"),
        tensor([1, 3, 3, 1], 1, "kernel"),
        tensor([1], 2, "bias"),
        tensor([1, 1, stated, 1], 0, "y"),
    ]
    options = b.CreateByteVector(struct.pack("<3i", SAME, 2, 1))
    inputs, outputs = row([0, 1, 2]), row([3])
    nothing = ("none", 0)
    operator = table(
        ("int", 0), ("table", inputs), ("table", outputs), nothing, nothing, ("table", options)
    )
    listed, ran = tables(tensors), tables([operator])
    inputs, outputs = row([0]), row([3])
    graph = table(("table", listed), ("table", inputs), ("table", outputs), ("table", ran))
    name = b.CreateString("Convolution2DTransposeBias")
    code = table(("byte", CUSTOM), ("table", name), ("int", 1), ("int", CUSTOM))
    codes, graphs, held = tables([code]), tables([graph]), tables(buffers)
    b.Finish(
        table(("int", 3), ("table", codes), ("table", graphs), nothing, ("table", held)), b"TFL3"
    )
    return bytes(b.Output())


def run(stated, **options):
    net = Interpreter(model_content=write(stated), **options)
    try:
        net.allocate_tensors()
    except RuntimeError as error:
        return str(error).split("Node")[0][:60]
    x = np.array([1, 2, 3], np.float32).reshape(1, 1, 3, 1)
    net.set_tensor(net.get_input_details()[0]["index"], x)
    net.invoke()
    return net.get_tensor(net.get_output_details()[0]["index"]).ravel().astype(int).tolist()


found = {stated: run(stated) for stated in (4, 5, 6, 7)}
for stated, y in found.items():
    print(f"states {stated}: {y}")
plain = run(6, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
print(f"without XNNPACK: {plain}")
assert found[6] == [1, 10, 102, 20, 203, 30], "the behaviour has changed"
assert found[5] == [10, 102, 20, 203, 30], "the behaviour has changed"
assert all(isinstance(found[stated], str) for stated in (4, 7)), "the behaviour has changed"
assert isinstance(plain, str) and "unresolved custom op" in plain, "the behaviour has changed"
EOF

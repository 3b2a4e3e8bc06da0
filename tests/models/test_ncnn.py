"""The reader of ncnn networks, against ncnn itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from extras import needs, needs_weights
from nijigen.core.errors import ModelError
from nijigen.models import store
from nijigen.models._ncnn.network import read_net
from nijigen.models._onnx.graph import Framing

Batch = NDArray[np.float32]
Draw = Callable[[int, int], Batch]


def run_onnx(model: Any, batch: Batch) -> Batch:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    net = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    result: Batch = net.run(None, {"input": batch})[0]
    return result


def run_ncnn(param: Path, weights: Path, batch: Batch) -> Batch:
    ncnn = needs("ncnn")
    net = ncnn.Net()
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage", "bf16_packed"):
        setattr(net.opt, f"use_{name}", False)
    net.opt.num_threads = 2
    assert net.load_param(str(param)) == 0
    assert net.load_model(str(weights)) == 0
    extractor = net.create_extractor()
    extractor.input(net.input_names()[0], ncnn.Mat(batch[0]).clone())
    failed, plane = extractor.extract(net.output_names()[0])
    assert failed == 0
    return np.array(plane)[None]


# One line per layer, without the names of blobs where there is one in and one out. After the bar:
# how many numbers are in the .bin file, those with a tag before them marked by a t.
LAYERS = {
    "convolution": ["Convolution 0=3 1=3 5=1 6=81 | t81 3"],
    "convolution, stride": ["Convolution 0=3 1=2 3=2 6=36 | t36"],
    "convolution, dilation": ["Convolution 0=3 1=3 2=2 4=2 5=1 6=81 9=1 | t81 3"],
    "convolution, uneven pads": ["Convolution 0=3 1=3 4=0 14=1 15=2 16=0 5=1 6=81 | t81 3"],
    "convolution, groups": ["ConvolutionDepthWise 0=3 1=3 4=1 5=1 6=27 7=3 | t27 3"],
    "convolution, leaky": ["Convolution 0=3 1=1 5=1 6=9 9=2 -23310=1,2.0e-1 | t9 3"],
    "convolution, clip": ["Convolution 0=3 1=1 6=9 9=3 -23310=2,0.1,0.4 | t9"],
    "convolution, sigmoid": ["Convolution 0=3 1=1 6=9 9=4 | t9"],
    "deconvolution 2/2": ["Deconvolution 0=3 1=2 3=2 5=1 6=36 9=2 -23310=1,0.1 | t36 3"],
    "deconvolution 4/2": ["Deconvolution 0=3 1=4 3=2 4=3 5=1 6=144 | t144 3"],
    "deconvolution 4/2, less cut": ["Deconvolution 0=3 1=4 3=2 4=1 5=1 6=144 | t144 3"],
    "deconvolution 5/3": ["Deconvolution 0=3 1=5 3=3 4=2 5=1 6=225 | t225 3"],
    "deconvolution, wide": [
        "Deconvolution 0=8 1=4 3=2 4=3 6=384 | t384",
        "Convolution 0=3 1=1 6=24 | t24",
    ],
    "prelu": ["PReLU 0=3 | 3"],
    "relu": ["BinaryOp 0=1 1=1 2=0.5", "ReLU"],
    "leaky relu": ["BinaryOp 0=1 1=1 2=0.5", "ReLU 0=0.3"],
    "sigmoid": ["Sigmoid"],
    "scale": ["Scale 0=3 1=1 | 3 3"],
    "scale without bias": ["Scale 0=3 | 3"],
    "add a number": ["BinaryOp 0=0 1=1 2=0.25"],
    "subtract from a number": ["BinaryOp 0=7 1=1 2=0.25"],
    "divide by a number": ["BinaryOp 0=3 1=1 2=0.25"],
    "divide a number": ["BinaryOp 0=0 1=1 2=0.5", "BinaryOp 0=8 1=1 2=0.25"],
    "maximum with a number": ["BinaryOp 0=4 1=1 2=0.25"],
    "crop by offsets": ["Crop 0=2 1=3 3=10 4=12 5=3"],
    "crop from both sides": ["Crop 0=2 1=3 3=-233 4=-233 5=-233 6=1 7=4"],
    "crop by axes": ["Crop -23309=2,2,3 -23310=2,-4,-5 -23311=2,-2,-1"],
    "crop by axes to the end": ["Crop -23309=1,2 -23310=1,-233 -23311=1,1"],
    "pixel shuffle": ["Convolution 0=12 1=1 6=36 | t36", "PixelShuffle 0=2"],
    "nearest": ["Interp 0=1 1=2.0 2=2.0"],
    "linear": ["Interp 0=2 1=2.0 2=2.0"],
    "cubic, half": ["Interp 0=3 1=0.5 2=0.5"],
    "cubic, three quarters": ["Interp 0=3 1=0.75 2=0.75"],
    "cubic, double": ["Interp 0=3 1=2.0 2=2.0"],
    "pad with a value": ["Padding 0=1 1=2 2=3 3=4 4=0 5=0.5"],
    "pad with the edge": ["Padding 0=1 1=2 2=3 3=4 4=1"],
    "pad by reflection": ["Padding 0=1 1=2 2=3 3=4 4=2"],
    "gate": [
        "Split in a b",
        "Pooling a c 0=1 4=1",
        "InnerProduct c d 0=2 1=1 2=6 9=1 | t6 2",
        "InnerProduct d e 0=3 1=1 2=6 9=4 | t6 3",
        "Scale b,e out 0=-233",
    ],
    "gate by maximum": [
        "Split in a b",
        "Pooling a c 0=0 4=1",
        "InnerProduct c d 0=3 2=9 | t9",
        "BinaryOp b,d out 0=2",
    ],
    "crop to another": [
        "Split in a b",
        "Convolution a c 0=3 1=5 6=225 | t225",
        "Split c d e",
        "Crop b,d f 0=2 1=2",
        "Eltwise f,e out 0=1",
    ],
    "eltwise product": ["Split in a b", "Sigmoid a c", "Eltwise c,b out 0=0"],
    "eltwise maximum": ["Split in a b", "Sigmoid a c", "Eltwise c,b out 0=2"],
    "eltwise with factors": [
        "Split in a b",
        "Sigmoid a c",
        "Eltwise c,b out 0=1 -23301=2,2.0e-1,1.0",
    ],
    "concatenation": [
        "Split in a b",
        "Sigmoid a c",
        "Concat c,b d",
        "Convolution d out 0=3 1=1 6=18 | t18",
    ],
}


def write_net(folder: Path, lines: list[str], tag: int = 0x01306B47) -> tuple[Path, Path]:
    """Write the lines of LAYERS and random numbers as the two files of a network."""
    rng = np.random.default_rng(1)
    chain = len(lines) == 1 or " out" not in " ".join(lines)
    text, weights, blobs = ["Input input 0 1 in"], b"", {"in"}
    for index, line in enumerate(lines):
        head, _, numbers = line.partition(" | ")
        kind, *words = head.split()
        names = [word for word in words if "=" not in word]
        settings = [word for word in words if "=" in word]
        ins = ["in" if not index else f"x{index}"] if chain else names[0].split(",")
        outs = ["out" if index == len(lines) - 1 else f"x{index + 1}"] if chain else names[1:]
        blobs.update(outs)
        text.append(f"{kind} l{index} {len(ins)} {len(outs)} {' '.join(ins + outs + settings)}")
        for number in numbers.split():
            values = rng.normal(0, 0.4, int(number.lstrip("t"))).astype("<f4")
            if not number.startswith("t"):
                weights += values.tobytes()
            elif tag == 0x01306B47:
                half = values.astype("<f2").tobytes()
                weights += tag.to_bytes(4, "little") + half + b"\0" * (-len(half) % 4)
            else:
                weights += tag.to_bytes(4, "little") + values.tobytes()
    param, bin_ = folder / "net.param", folder / "net.bin"
    param.write_text("\n".join(["7767517", f"{len(text)} {len(blobs)}", *text]) + "\n")
    bin_.write_bytes(weights)
    return param, bin_


@pytest.mark.parametrize("name", LAYERS)
def test_layer_is_what_ncnn_makes_of_it(name: str, tmp_path: Path, batch: Draw) -> None:
    param, weights = write_net(tmp_path, LAYERS[name])
    picture = batch(24, 28)
    expected = run_ncnn(param, weights, picture)
    got = run_onnx(read_net(param.read_bytes(), weights.read_bytes()), picture)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() < 1e-5
    assert expected.std() > 0.01, "the test would not notice anything"


@pytest.mark.parametrize("tag", [0, 0x0002C056])
def test_plain_float_weights(tag: int, tmp_path: Path, batch: Draw) -> None:
    param, weights = write_net(tmp_path, LAYERS["convolution"], tag)
    picture = batch(12, 12)
    got = run_onnx(read_net(param.read_bytes(), weights.read_bytes()), picture)
    assert np.abs(got - run_ncnn(param, weights, picture)).max() < 1e-5


def test_weights_by_table(tmp_path: Path, batch: Draw) -> None:
    param, weights = write_net(tmp_path, LAYERS["convolution"])
    table = np.linspace(-0.5, 0.5, 256).astype("<f4")
    picks = np.arange(81, dtype=np.uint8) * 3
    bias = np.zeros(3, "<f4")
    tag = (1).to_bytes(4, "little")
    weights.write_bytes(tag + table.tobytes() + picks.tobytes() + b"\0" * 3 + bias.tobytes())
    picture = batch(12, 12)
    got = run_onnx(read_net(param.read_bytes(), weights.read_bytes()), picture)
    assert np.abs(got - run_ncnn(param, weights, picture)).max() < 1e-5


# The bar of the two networks that count most is 1e-5 of the range; the others are deeper.
@pytest.mark.parametrize(
    ("model", "key", "limit"),
    [
        ("waifu2x-cunet", "none_scale2x", 1e-5),
        ("waifu2x-cunet", "noise1_scale1x", 1e-5),
        ("waifu2x-upconv-7-art", "none_scale2x", 1e-5),
        ("waifu2x-upconv-7-art", "noise3_scale2x", 1e-5),
        ("waifu2x-upconv-7-photo", "none_scale2x", 1e-5),
        ("real-cugan-se", "conservative_scale2x", 1e-4),
        ("real-cugan-se", "none_scale4x", 1e-4),
        ("real-cugan-pro", "conservative_scale3x", 1e-4),
        ("real-esrgan-animevideo-v3", "scale2x", 1e-4),
        ("real-esrgan-animevideo-v3", "scale3x", 1e-4),
        ("real-esrgan-x4plus-anime", "scale4x", 1e-4),
    ],
)
def test_real_network_is_what_ncnn_makes_of_it(
    model: str, key: str, limit: float, batch: Draw
) -> None:
    needs_weights(model)
    files = store.files(model, key)
    side = 20 if "x4plus" in model else 88
    # Real-CUGAN pro is never fed more than this range: see its card.
    picture = batch(side, side) * np.float32(0.7) + np.float32(0.15)
    net = read_net(files["param"].read_bytes(), files["bin"].read_bytes())
    got, expected = run_onnx(net, picture), run_ncnn(files["param"], files["bin"], picture)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() < limit
    assert expected.std() > 0.02


def test_framing_feeds_and_trims(tmp_path: Path, batch: Draw) -> None:
    param, weights = write_net(tmp_path, ["BinaryOp 0=0 1=1 2=0.1", "Interp 0=1 1=2.0 2=2.0"])
    files = param.read_bytes(), weights.read_bytes()
    picture = batch(16, 20)
    twice = np.repeat(np.repeat(picture, 2, 2), 2, 3)[:, :, 6:-6, 6:-6]
    framing = Framing(scale=2, border=3, value_scale=0.5, value_offset=0.2, trim=6)
    got = run_onnx(read_net(*files, framing), picture)
    assert np.abs(got - (twice + 0.2)).max() < 1e-6
    framing = Framing(scale=2, border=3, add_source=True, trim=6)
    got = run_onnx(read_net(*files, framing), picture)
    assert np.abs(got - (2 * twice + 0.1)).max() < 1e-6


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["Softmax"], "'Softmax' are not supported"),
        (["Convolution 0=3 1=3 5=1 6=80 | t80 3"], "wrong number of weights"),
        (["Convolution 0=3 1=1 6=9 9=9 | t9"], "activation"),
        (["Convolution 0=3 1=1 6=9 8=1 | t9"], "integer"),
        (["Convolution 0=3 1=3 4=-233 6=81 | t81"], "padding of layer"),
        (["InnerProduct 0=3 2=9 | t9"], "does not match"),
        (["Pooling 0=1 1=2"], "window"),
        (["Convolution 0=4 1=1 6=12 | t12"], "RGB"),
        (["Sigmoid in a", "Sigmoid b out"], "input 'b' of layer"),
        (["Split in a b", "Sigmoid a out"], "RGB"),
        (["PReLU 0=2 | 2"], "wrong number"),
        (["Crop 0=2 1=3 3=10 4=12 5=1"], "crops channels"),
        (["Crop -23309=1,1 -23310=1,2 -23311=1,0"], "crop of layer"),
        (["Concat 0=1"], "along the channels"),
        (["PixelShuffle 0=2"], "pixel shuffle"),
        (["Interp 0=7 1=2.0 2=2.0"], "damaged"),
        (["BinaryOp 0=99 1=1"], "damaged"),
    ],
)
def test_network_that_cannot_be_read(lines: list[str], complaint: str, tmp_path: Path) -> None:
    param, weights = write_net(tmp_path, lines)
    with pytest.raises(ModelError, match=complaint):
        read_net(param.read_bytes(), weights.read_bytes())


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    param, weights = write_net(tmp_path, LAYERS["gate"])
    text, numbers = param.read_bytes(), weights.read_bytes()
    for end in range(len(numbers)):
        with pytest.raises(ModelError):
            read_net(text, numbers[:end])
    with pytest.raises(ModelError, match="left over"):
        read_net(text, numbers + b"\0\0\0\0")
    for end in range(text.rindex(b"=") + 1):
        with pytest.raises(ModelError):
            read_net(text[:end], numbers)


def test_random_damage_gives_one_error_at_most(tmp_path: Path) -> None:
    param, weights = write_net(tmp_path, LAYERS["gate"])
    rng = np.random.default_rng(3)
    noticed = 0
    for _ in range(300):
        text = bytearray(param.read_bytes())
        text[rng.integers(len(text))] = rng.integers(256)
        try:
            read_net(bytes(text), weights.read_bytes())
        except ModelError:
            noticed += 1
    assert noticed > 100

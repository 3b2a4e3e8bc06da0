"""Measure the ranges of a network's activations, and write them into its card.

With them the network can run in 8-bit integers (:mod:`nijigen.models._onnx.int8`). The drawings are
a seeded choice of crops of ../shared/data/scenes, with white and black among them. A range leaves
out the lowest and the highest 0.01 % of the values: clipping these loses less than the steps of
the whole range (0.26 dB with upconv_7). The first and the last convolution get no ranges: they take
a few percent of the time, and cause most of the loss.

    python benchmarks/ranges.py waifu2x-upconv-7-art                   print
    python benchmarks/ranges.py --write waifu2x-upconv-7-art           write into the bundled card
    python benchmarks/ranges.py --write MODEL --network none_scale2x   not its default network
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.models import store
from nijigen.models._onnx.cache import onnx_bytes
from nijigen.models._onnx.graph import with_outputs
from nijigen.models.card import BUNDLED, CARD, load_card

PICTURES = Path(__file__).parents[2] / "shared" / "data" / "scenes" / "images"
COUNT = 20
SIDE = 160
SEED = 0
OUTLIERS = 0.01
"""Percent of the values that are left out at each end."""

Batch = NDArray[np.float32]


def drawings(folder: Path) -> list[Batch]:
    """Return crops as network input, the last two white and black."""
    generator = np.random.default_rng(SEED)
    paths = sorted(folder.glob("*.webp"))
    if len(paths) < COUNT:
        raise SystemExit(f"there are no pictures in {folder}")
    crops = []
    for number in generator.choice(len(paths), COUNT - 2, replace=False):
        pixels = Picture.open(paths[number]).rgb().pixels
        top, left = (generator.integers(0, side - SIDE + 1) for side in pixels.shape[:2])
        crops.append(pixels[top : top + SIDE, left : left + SIDE])
    crops += [np.full((SIDE, SIDE, 3), level, np.uint8) for level in (255, 0)]
    return [
        np.ascontiguousarray(crop.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        for crop in crops
    ]


def inner(graph: onnx.GraphProto) -> list[str]:
    """Return the tensors between the first and the last convolution.

    What a quantized convolution returns is included, so that its activation runs on integers too.
    """
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    read = {node.input[0] for node in convolutions[1:]}
    made = {node.output[0] for node in convolutions[1:-1]}
    return [name for node in graph.node for name in node.output if name in read | made]


def measure(name: str, key: str, batches: list[Batch]) -> dict[str, tuple[float, float]]:
    """Return the range of each inner tensor over all drawings."""
    graph = onnx_bytes(load_card(name), key, store.files(name, key))
    model = onnx.load_model_from_string(graph)
    names = inner(model.graph)
    model.graph.output.extend(
        onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None) for tensor in names
    )
    session = onnxruntime.InferenceSession(
        with_outputs(model.SerializeToString(), names), providers=["CPUExecutionProvider"]
    )
    (port,) = session.get_inputs()
    ranges = {}
    for tensor in names:
        # One by one, since a tensor of all drawings is large.
        values = [session.run([tensor], {port.name: batch})[0].ravel() for batch in batches]
        low, high = np.percentile(np.concatenate(values), [OUTLIERS, 100 - OUTLIERS])
        ranges[tensor] = (round(float(low), 4), round(float(high), 4))
    return ranges


def toml(key: str, ranges: dict[str, tuple[float, float]]) -> str:
    """Return the ranges as a table of a card."""
    lines = [f"{tensor} = [{low}, {high}]\n" for tensor, (low, high) in ranges.items()]
    return f"[files.{key}.ranges]\n" + "".join(lines)


def write(name: str, key: str, table: str) -> None:
    """Replace the table in a bundled card, or put it after that of its network."""
    path = BUNDLED / name / CARD
    lines = r"\n(?:.+\n)+"
    text = re.sub(rf"\n\[files\.{key}\.ranges\]{lines}", "", path.read_text("utf-8"))
    network = re.search(rf"\[files\.{key}\]{lines}", text)
    if network is None:
        raise SystemExit(f"{path} has no network {key}")
    path.write_text(text[: network.end()] + "\n" + table + text[network.end() :], "utf-8")


def main() -> None:
    """Measure one network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--network")
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    key = options.network or load_card(options.name).default
    table = toml(key, measure(options.name, key, drawings(options.pictures)))
    print(table, end="")
    if options.write:
        write(options.name, key, table)


if __name__ == "__main__":
    main()

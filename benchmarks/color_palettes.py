"""Measure which colors people are drawn in: hair, eyes and skin together, clothes, backgrounds.

    python benchmarks/color_palettes.py [--faces 600] [--write]

Hair, iris and skin are measured on faces of ``faces96`` by landmarks; clothes as the main colors
below the faces of ``scenes``, and as labelled in the sprites of the training recipe
``color/parts``; backgrounds in the upper corners of scenes. With ``--write`` the combinations
become ``src/nijigen/color/_palettes/people.json``, from which ``color.propose`` draws. Only
pictures of the training side of the split are read.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nijigen.core.colors import rgb
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT
from nijigen.faces._measuring import measure
from nijigen.faces._page import Page
from nijigen.faces._reading import read_landmarks
from nijigen.faces._values import Box, Face
from nijigen.imaging.color_spaces import lch, oklab
from nijigen.imaging.main_colors import extract
from nijigen_training.color.parts import real
from nijigen_training.data.faces96 import BOX, SIDE, face_files, face_pixels
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.scenes import scenes

OUT = Path(__file__).parents[1] / "src/nijigen/color/_palettes/people.json"
CLOTH = ("top", "bottom", "accessory")
GRAY = 0.02
"""Chroma in OKLab below which a measured face is a gray page."""


def people(count: int) -> Iterator[tuple[str, str, str]]:
    """Yield hair, iris and skin of faces."""
    files = face_files("train")
    box = Box(*(value * SIDE for value in BOX))
    for file in files[:: max(1, len(files) // count)]:
        page = Page(Picture(face_pixels(file)))
        reading = read_landmarks(page, [box], SILENT)[0]
        face = Face(box=box, landmarks=reading.landmarks())
        found = measure(page, face, reading)
        eye = found.eyes[0] or found.eyes[1]
        if found.colorless or not (found.hair and eye and found.skin):
            continue
        light, chroma, hue = lch(oklab(np.array([rgb(found.skin)], np.uint8)))[0]
        # Faces in colored light are not how people are colored.
        if light > 0.6 and GRAY < chroma < 0.12 and 20 < hue < 90:
            yield found.hair, eye, found.skin


def costumes() -> Iterator[tuple[str, str, str]]:
    """Yield top, bottom and accessory: of labelled sprites, and below the faces of scenes."""
    labelled = Path(real.__file__).parent / "costumes.toml"
    for costume in tomllib.loads(labelled.read_text(encoding="utf-8"))["costume"]:
        middle = [costume[name][len(costume[name]) * 2 // 3] for name in CLOTH if name in costume]
        if len(middle) >= 2:
            yield middle[0], middle[1], middle[-1]
    for scene in scenes("train"):
        pixels = reduced(read_pixels(scene.path), 480)
        factor = pixels.shape[1] / scene.size[0]
        for left, _, right, bottom in np.array(scene.faces).reshape(-1, 4) * factor:
            side = right - left
            low, high = int(bottom + 0.5 * side), int(bottom + 1.8 * side)
            part = pixels[low:high, max(0, int(left)) : int(right)]
            if part.shape[0] > 0.8 * side and part.shape[1] > 0.8 * side:
                main = extract(Picture(np.ascontiguousarray(part)), 4).hex
                if len(main) >= 3:
                    yield main[0], main[1], main[2]


def backgrounds() -> Iterator[str]:
    """Yield the main color of the upper corners of scenes."""
    for scene in scenes("train")[::2]:
        pixels = reduced(read_pixels(scene.path), 240)
        wide = pixels.shape[1] // 5
        corners = np.concatenate([pixels[: wide * 2, :wide], pixels[: wide * 2, -wide:]])
        yield extract(Picture(np.ascontiguousarray(corners)), 3).hex[0]


def main() -> int:
    """Measure; print the shares of hues, and write the combinations if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=600)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = {
        "people": list(people(options.faces)),
        "costumes": list(costumes()),
        "backgrounds": list(backgrounds()),
    }
    for name, rows in found.items():
        print(f"{len(rows)} {name}")
    for place, name in enumerate(("hair", "iris", "skin")):
        values = lch(oklab(np.array([rgb(row[place]) for row in found["people"]], np.uint8)))
        light, chroma = np.median(values[:, :2], axis=0)
        print(f"{name}: median lightness {light:.2f}, chroma {chroma:.3f}")
    if options.write:
        lines = [
            f' "{name}": [\n' + ",\n".join(f"  {json.dumps(row)}" for row in rows) + "\n ]"
            for name, rows in found.items()
        ]
        OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

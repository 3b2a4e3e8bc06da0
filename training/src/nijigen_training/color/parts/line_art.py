"""Line drawings of the pool: parts by the colors that hints placed by hand give them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from nijigen.color._document.settings import PALETTE, REACH
from nijigen.color._flats.flatting import FillOptions, flatted
from nijigen.color._parts.names import PARTS
from nijigen.core.picture import Picture
from nijigen.imaging.line_art.ink import line_art
from nijigen_training.color.parts.pool import UNKNOWN, Drawing, Map
from nijigen_training.color.parts.real import detected
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import LINE_ART_TRAINED, LINE_ART_VALIDATED

HINTS = Path(__file__).resolve().parents[5] / "benchmarks/hints"
SIDE = 640
NEAR = 25
"""Paper is known this far from what is colored, in pixels: loose strands of hair are not."""


def line_drawings() -> Iterator[tuple[str, Drawing]]:
    """Yield line drawings that artists drew and hints color, none of the benchmarks' side.

    The network is chosen by scenes, so drawings that validate other networks are used too.
    """
    table = tomllib.loads((Path(__file__).parent / "line_art.toml").read_text(encoding="utf-8"))
    for entry in table["drawing"]:
        name = entry.pop("name")
        assert name in (*LINE_ART_TRAINED, *LINE_ART_VALIDATED)
        yield name, _line_drawing(name, entry)


def _line_drawing(name: str, colors: dict[str, list[str]]) -> Drawing:
    path = data_root() / "lineart" / f"{name}_line.webp"
    art = line_art(Picture(reduced(read_pixels(path), SIDE)))
    hints = (HINTS / f"{name}.json").read_text(encoding="utf-8")
    options = FillOptions("nearest", REACH, PALETTE, 0)
    flats, regions = flatted(art, hints, options, gap=None, smallest=None)
    pixels = flats.pixels()
    codes = pixels[:, :, :3].astype(np.int64) @ [65536, 256, 1]
    parts: Map = np.full(art.ink.shape, UNKNOWN, np.uint8)
    colored = pixels[:, :, 3] > 0
    for part, values in colors.items():
        here = colored & np.isin(codes, [int(value[1:], 16) for value in values])
        parts[here] = PARTS.index(part) if part in PARTS else UNKNOWN
    near = cv2.dilate(colored.view(np.uint8), np.ones((NEAR, NEAR), np.uint8)) > 0
    paper = ~colored & regions.outside[regions.labels]
    parts[paper & ~near] = PARTS.index("background")
    return Drawing(art.ink, parts, None, detected((255 - art.ink)[:, :, None]))

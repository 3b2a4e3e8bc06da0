"""Color real line art from hand-placed hints, next to the machine colorings supplied with it.

    python benchmarks/colored.py FOLDER [NAME …] [--data ../shared/data/lineart] [--flat]

The hints in ``benchmarks/hints`` were placed by hand, in percent of each drawing. Each available
drawing gets a row: line art, flats, painted, the machine's flats (``composition``) and the
machine's result. Six rows make a sheet, ``FOLDER/colored-1.png`` and so on.

It prints how well hints are followed: the largest and the mean difference (CIEDE2000) between the
pixels of a hint and the flats under it; the colored fraction of the figure; and seconds.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nijigen.color._document.layers import Sheet
from nijigen.color._document.settings import PALETTE, REACH
from nijigen.color._flats.flatting import FillOptions, flatted
from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.marks import marks_of
from nijigen.color.flat import flat
from nijigen.color.paint import paint
from nijigen.core.artwork import Artwork
from nijigen.core.picture import Picture
from nijigen.imaging.color_spaces import delta_e2000, lab

HERE = Path(__file__).resolve().parent
TALL, ROWS = 640, 6
"""Pixels of a row, and rows of a sheet."""


def measured(picture: Picture, hints: str) -> tuple[float, float, float]:
    """Return the largest and mean difference at hints, and the colored fraction of the figure."""
    art = Sheet.of(picture).art
    flats, regions = flatted(
        art, hints, FillOptions("auto", REACH, PALETTE, 0), gap=None, smallest=None
    )
    marks = marks_of(regions, ColorHints.from_json(hints).fitted(picture.width, picture.height))
    found = flats.pixels()
    told = np.array(marks.colors, np.uint8)[marks.color]
    made = found.reshape(-1, 4)[marks.places]
    far = delta_e2000(lab(told[:, :3]), lab(made[:, :3]))
    # Empty where the hint has a color, or a color where it is empty, is the worst error.
    far = np.where(told[:, 3] == made[:, 3], np.where(told[:, 3] > 0, far, 0), 100)
    figure = ~regions.outside[regions.labels]
    return float(far.max()), float(far.mean()), float((found[:, :, 3][figure] > 0).mean())


def on_paper(picture: NDArray[np.uint8]) -> Image.Image:
    """Return a picture on white, scaled to the height of a row."""
    made = Image.fromarray(picture).convert("RGBA")
    shown = Image.alpha_composite(Image.new("RGBA", made.size, "white"), made).convert("RGB")
    size = (round(shown.width * TALL / shown.height), TALL)
    return shown.resize(size, Image.Resampling.LANCZOS)


def whole(made: Picture | Artwork) -> NDArray[np.uint8]:
    return (made if isinstance(made, Picture) else made.flatten()).pixels


def row_of(name: str, data: Path, line: Picture, hints: str, plain: bool) -> Image.Image:
    """Return line art, flats, painted, and the machine's results."""
    made = [on_paper(line.pixels), on_paper(whole(flat(line, hints=hints)))]
    if not plain:
        made.append(on_paper(whole(paint(line, hints=hints))))
    for kind in ("composition", "result"):
        given = data / f"{name}_{kind}.webp"
        if given.exists():
            made.append(on_paper(np.asarray(Image.open(given).convert("RGB"))))
    row = Image.new("RGB", (sum(each.width + 8 for each in made), TALL), "gray")
    left = 0
    for each in made:
        row.paste(each, (left, 0))
        left += each.width + 8
    ImageDraw.Draw(row).text((4, 4), name, fill="red")
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="drawings; all that have hints by default")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared/data/lineart")
    parser.add_argument("--flat", action="store_true", help="no shading")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    asked.folder.mkdir(parents=True, exist_ok=True)
    names = asked.names or sorted(path.stem for path in (HERE / "hints").glob("*.json"))
    rows: list[Image.Image] = []
    print("drawing  hints  ΔE largest   mean  colored  seconds")
    for name in names:
        lines = list(asked.data.glob(f"{name}_*line.webp"))
        if not lines:
            print(f"{name:7}  its line art is not in {asked.data}")
            continue
        line = Picture(np.asarray(Image.open(lines[0]).convert("RGB")))
        hints = (HERE / "hints" / f"{name}.json").read_text("utf-8")
        told = ColorHints.from_json(hints)
        count = sum(len(value) for key, value in told if isinstance(value, tuple) and key != "size")
        began = time.perf_counter()
        worst, mean, share = measured(line, hints)
        took = time.perf_counter() - began
        print(f"{name:7}  {count:5}  {worst:10.2f}  {mean:5.2f}  {share:7.1%}  {took:7.2f}")
        rows.append(row_of(name, asked.data, line, hints, asked.flat))
    for number, first in enumerate(range(0, len(rows), ROWS), 1):
        some = rows[first : first + ROWS]
        sheet = Image.new("RGB", (max(row.width for row in some), (TALL + 8) * len(some)), "gray")
        for at, row in enumerate(some):
            sheet.paste(row, (0, at * (TALL + 8)))
        sheet.save(asked.folder / f"colored-{number}.png")


if __name__ == "__main__":
    main()

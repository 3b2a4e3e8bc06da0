"""Draw the sample pictures anew: ``python samples/draw.py [FOLDER]``.

They are drawn by this code alone, so that they are free to use, and small, so that enlarging
them shows something.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cat import cat
from girl import draw_girl, girl
from man import man
from palette import Palette
from panel import page
from pen import Canvas
from PIL import Image
from scene import scene

_BLINK = ((0.0, 1600), (0.55, 50), (1.0, 110), (0.55, 50))
"""How far the eyes are closed, and for how many milliseconds."""


def draw(folder: Path) -> None:
    """Write all samples into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    girl().finished().save(folder / "girl.png", optimize=True)
    man().finished().save(folder / "sailor.png", optimize=True)
    cat().finished("RGBA").save(folder / "kitten.png", optimize=True)
    page().save(folder / "manga.png", optimize=True)
    # Strongly compressed: its blocks and halos are what denoising has to remove.
    scene().finished().save(folder / "seaside.jpg", quality=40)
    _blink(folder / "blink.gif")


def _blink(file: Path) -> None:
    frames = []
    for lids, _ in _BLINK:
        canvas = Canvas(192, 192, "#fff4dc", zoom=0.8, shift=(80, 84))
        draw_girl(canvas, Palette(), lids=lids)
        frames.append(canvas.finished())
    # One palette for all frames, without dither: nothing flickers but the lids.
    palette = frames[1].quantize(96, dither=Image.Dither.NONE)
    still = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    durations = [duration for _, duration in _BLINK]
    still[0].save(file, save_all=True, append_images=still[1:], duration=durations, loop=0)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

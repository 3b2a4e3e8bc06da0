"""Draw the sample pictures anew: ``python samples/draw.py [FOLDER]``.

They are drawn by this code and by generate.character alone, so that they are free to use, and
small, so that enlarging them shows something.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cat import cat
from panel import page
from people import GIRL, SAILOR, drawn
from PIL import Image
from scene import scene

_BLINK = ((1.0, 1600), (0.45, 50), (0.0, 110), (0.45, 50))
"""How open the eyes are, and for how many milliseconds."""


def draw(folder: Path) -> None:
    """Write all samples into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn(GIRL, 400, 400).save(folder / "girl.png", optimize=True)
    drawn(SAILOR, 400, 400).save(folder / "sailor.png", optimize=True)
    cat().finished("RGBA").save(folder / "kitten.png", optimize=True)
    page().save(folder / "manga.png", optimize=True)
    # Strongly compressed: its blocks and halos are what denoising has to remove.
    scene().finished().save(folder / "seaside.jpg", quality=40)
    _blink(folder / "blink.gif")


def _blink(file: Path) -> None:
    frames = [
        drawn(GIRL, 192, 192, framing="face", mouth="smile", open_left=lids, open_right=lids)
        for lids, _ in _BLINK
    ]
    # One palette for all frames, without dither: nothing flickers but the lids.
    palette = frames[1].quantize(96, dither=Image.Dither.NONE)
    still = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    durations = [duration for _, duration in _BLINK]
    still[0].save(file, save_all=True, append_images=still[1:], duration=durations, loop=0)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

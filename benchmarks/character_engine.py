"""How many characters an engine finds that learned from real anime faces: the LBP cascade."""

from __future__ import annotations

import numpy as np
from character_real import DATA, Pixels, real_sprites

from nijigen import Picture, Run
from nijigen.faces._find import find
from nijigen.faces._settings import Query
from nijigen.generate import sample

CASCADE = DATA / "cascades" / "lbpcascade_animeface.xml"
SIDE = 384
ANY, FRONT = 0.75, 0.85
"""Bars: of all characters, and of those turned by less than 12 degrees."""


def finds(pixels: Pixels, middle: tuple[float, float]) -> bool:
    """Return whether the cascade finds a face with the middle between the eyes inside."""
    query = Query("lbpcascade")
    for face in find(Picture(pixels), query, "boxes", Run()).faces:
        left, top, right, bottom = face.box
        if left < middle[0] < right and top < middle[1] < bottom:
            return True
    return False


def measure(count: int) -> list[str]:
    """Return lines of figures for ``count`` characters, by style and view, and for sprites."""
    rows: list[tuple[bool, bool, str]] = []
    for seed in range(count):
        drawn = sample(seed, size=SIDE)
        left, top, right, bottom = drawn.face_box
        hit = finds(drawn.rgb, ((left + right) / 2, (top + bottom) / 2))
        rows.append((hit, abs(float(drawn.tags["yaw"])) < 12, str(drawn.tags["style"])))
    front = [hit for hit, facing, _ in rows if facing]
    sprites = [finds(one.pixels, one.middle) for one in real_sprites(SIDE)]
    styles = sorted({style for _, _, style in rows})
    by_style = ", ".join(
        f"{style} {np.mean([hit for hit, _, name in rows if name == style]):.2f}"
        for style in styles
    )
    return [
        f"LBP cascade: {_share([hit for hit, _, _ in rows])} of any rolls (bar {ANY:g}), "
        f"{_share(front)} of front ones (bar {FRONT:g}); real sprites {_share(sprites)}",
        f"  by style: {by_style}",
    ]


def _share(hits: list[bool]) -> str:
    return f"{sum(hits)} of {len(hits)} ({np.mean(hits):.2f})"

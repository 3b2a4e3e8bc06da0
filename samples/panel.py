"""Two panels of a manga: the girl in ink and screentone, focus lines, a speech bubble."""

from __future__ import annotations

import numpy as np
from pen import Canvas, Points, ellipse, moved, path
from people import GIRL, drawn
from PIL import Image

WIDTH, HEIGHT = 360, 480
INK = "#101010"
UPPER = path("M 14 14 L 346 14 L 346 150 L 14 176 Z")
LOWER = path("M 14 190 L 346 164 L 346 466 L 14 466 Z")


def _tone(canvas: Canvas, area: Points, pitch: float, small: float, large: float) -> None:
    """Lay screentone: dots at 45 degrees that swell from the top of the area to its bottom."""
    (left, top), (right, bottom) = area.min(axis=0), area.max(axis=0)
    half = pitch / 2
    for row, y in enumerate(np.arange(top, bottom + pitch, half)):
        radius = small + (large - small) * (y - top) / (bottom - top)
        for x in np.arange(left + half * (row % 2), right + pitch, pitch):
            canvas.fill(ellipse(x, y, radius, radius), INK)


def _focus(canvas: Canvas, x: float, y: float, across: float, down: float) -> None:
    """Draw lines that run from far out towards a face and end around it."""
    random = np.random.default_rng(7)
    for angle in np.linspace(0, 2 * np.pi, 110, endpoint=False):
        turn = angle + random.uniform(-0.02, 0.02)
        near = random.uniform(1, 1.28)
        way = np.array([np.cos(turn), np.sin(turn)])
        line = np.array([way * 460, way * (across, down) * near]) + (x, y)
        canvas.stroke(line, INK, random.uniform(1.5, 4.5), taper=(0, 1))


def _inside(area: Points) -> Image.Image:
    canvas = Canvas(WIDTH, HEIGHT, "black")
    canvas.fill(area, "white")
    return canvas.finished("L")


def _eyes() -> Image.Image:
    page = Image.new("L", (WIDTH, HEIGHT), "white")
    side = 470
    face = drawn(GIRL, side, side, rendering="manga", framing="face", roll=0.0, yaw=0.0,
                 expression="surprised", background="none")  # fmt: skip
    page.paste(face, ((WIDTH - side) // 2, 95 - side * 58 // 100))
    return page


def _bust() -> Image.Image:
    behind = Canvas(WIDTH, HEIGHT, "white")
    _tone(behind, LOWER, 6, 0.5, 2.6)
    behind.fill(ellipse(205, 316, 120, 146), "white", blur=9)
    _focus(behind, 205, 318, 124, 140)
    page = behind.finished("L")
    posed = {"expression": "joy", "mouth": "laugh", "background": "none"}
    ink = drawn(GIRL, 330, 330, rendering="manga", **posed)
    page.paste(ink, (40, 140), drawn(GIRL, 330, 330, **posed).getchannel("A"))
    return page


def _bubble(canvas: Canvas) -> None:
    outline = path(
        "M 74 196 C 108 192 132 212 132 244 C 132 278 108 300 76 300 C 72 300 68 300 64 299"
        " C 74 312 88 320 106 324 C 76 330 50 316 42 292 C 28 282 20 266 20 246"
        " C 20 216 42 198 74 196 Z"
    )
    canvas.fill(outline, "white")
    canvas.stroke(outline, INK, 3, taper=(0, 0))
    for x in (58, 92):
        mark = path(
            "M 0 -30 C 6 -32 11 -28 10 -20 L 4 14 C 3 18 -3 18 -4 14 L -8 -20"
            " C -9 -27 -5 -30 0 -30 Z"
        )
        canvas.fill(moved(mark, x, 246), INK)
        canvas.fill(ellipse(x, 274, 5, 5), INK)


def page() -> Image.Image:
    """Return the page in gray."""
    made = Image.new("L", (WIDTH, HEIGHT), "white")
    above = Canvas(WIDTH, HEIGHT, None)
    for area, drawing in ((UPPER, _eyes()), (LOWER, _bust())):
        made.paste(drawing, (0, 0), _inside(area))
        above.stroke(np.vstack([area, area[:1]]), INK, 4, taper=(0, 0))
    _bubble(above)
    front = above.finished("RGBA")
    made.paste(front.convert("L"), (0, 0), front.getchannel("A"))
    return made

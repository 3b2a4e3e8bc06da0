"""Two panels of a manga: black ink, screentone, focus lines, a speech bubble."""

from __future__ import annotations

import numpy as np
from girl import draw_girl
from palette import Palette
from pen import Canvas, Points, ellipse, moved, path
from PIL import Image

WIDTH, HEIGHT = 360, 480
INK = "#101010"
MANGA = Palette(
    line=INK,
    skin="#ffffff",
    skin_shadow="#d2d2d2",
    blush="#b4b4b4",
    mouth=INK,
    hair="#3c3c3c",
    hair_shadow="#1c1c1c",
    hair_deep="#101010",
    shine="#f4f4f4",
    iris=("#101010", "#4a4a4a", "#d8d8d8"),
    pupil="#101010",
    white_shadow="#d2d2d2",
    cloth="#6e6e6e",
    cloth_shadow="#4a4a4a",
    scarf="#a8a8a8",
    scarf_shadow="#7c7c7c",
)
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


def _framed(canvas: Canvas, layer: Canvas, area: Points) -> None:
    """Put what was drawn on a layer into one panel and rule its border."""
    canvas.image.paste(layer.image, (0, 0), canvas.mask(area))
    canvas.stroke(np.vstack([area, area[:1]]), INK, 4, taper=(0, 0))


def _eyes() -> Canvas:
    layer = Canvas(WIDTH, HEIGHT, "white", zoom=1.9, shift=(105, 176))
    draw_girl(layer, MANGA)
    return layer


def _bust() -> Canvas:
    layer = Canvas(WIDTH, HEIGHT, "white")
    _tone(layer, LOWER, 6, 0.5, 2.6)
    layer.fill(ellipse(214, 316, 120, 146), "white", blur=9)
    _focus(layer, 214, 318, 124, 140)
    figure = Canvas(WIDTH, HEIGHT, None, zoom=0.8, shift=(-68, -226))
    draw_girl(figure, MANGA)
    layer.image.alpha_composite(figure.image)
    return layer


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


def panel() -> Canvas:
    """Return the page."""
    canvas = Canvas(WIDTH, HEIGHT, "white")
    _framed(canvas, _eyes(), UPPER)
    _framed(canvas, _bust(), LOWER)
    _bubble(canvas)
    return canvas


def page() -> Image.Image:
    """Return the page in gray."""
    return panel().finished("L")

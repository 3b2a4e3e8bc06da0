"""A summer road above the sea: clouds, a lighthouse, a power line, grass."""

from __future__ import annotations

import numpy as np
from pen import Canvas, Points, ellipse, path
from PIL import ImageChops

WIDTH, HEIGHT = 480, 320
LINE = "#33404f"


def _sky(canvas: Canvas) -> None:
    canvas.grade(
        path("M 0 0 L 480 0 L 480 190 L 0 190 Z"),
        ("#2f86d6", "#6fb9ee", "#c9ecf6"),
        (0, 0),
        (0, 190),
    )
    canvas.grade(
        path("M 0 186 L 480 186 L 480 260 L 0 260 Z"), ("#2f8fb8", "#4fb9c4"), (0, 186), (0, 250)
    )
    for x, y, length in _WAVES:
        canvas.stroke(path(f"M {x} {y} L {x + length} {y}"), "#bdeaea", 1.6, taper=(0.5, 0.5))


def _cloud(canvas: Canvas, puffs: tuple[tuple[float, float, float], ...], base: float) -> None:
    """Draw a heap of cloud: white puffs, each shaded below, cut off flat at its base."""
    outlines = [ellipse(x, y, r, r * 0.92) for x, y, r in puffs]
    left = min(x - r for x, _, r in puffs)
    right = max(x + r for x, _, r in puffs)
    flat = path(f"M {left - 9} 0 L {right + 9} 0 L {right + 9} {base} L {left - 9} {base} Z")
    keep = canvas.mask(flat)
    for outline in outlines:
        canvas.fill(outline, "#ffffff", clip=keep)
    for (x, y, r), outline in zip(puffs, outlines, strict=True):
        shade = canvas.mask(outline)
        canvas.fill(
            ellipse(x + r * 0.2, y + r * 0.75, r * 0.9, r * 0.55),
            "#b9d7ee",
            clip=ImageChops.multiply(shade, keep),
            opacity=0.8,
            blur=r / 9,
        )
        canvas.fill(
            ellipse(x - r * 0.25, y - r * 0.2, r * 0.6, r * 0.5),
            "#ffffff",
            clip=ImageChops.multiply(shade, keep),
            blur=r / 9,
        )


def _headland(canvas: Canvas) -> None:
    far = path(
        "M 300 186 C 330 172 352 168 372 160 C 402 148 440 146 480 138 L 480 205"
        " C 430 206 380 203 346 200 C 328 198 312 193 300 187 Z"
    )
    canvas.fill(far, "#5f9d82")
    inside = canvas.mask(far)
    canvas.fill(
        path("M 300 192 C 350 182 380 190 410 176 C 440 166 460 170 480 160 L 480 212 L 300 212 Z"),
        "#41786f",
        clip=inside,
    )
    canvas.fill(
        path("M 326 186 C 346 193 376 195 404 193 L 424 208 L 320 206 Z"), "#d9c7a2", clip=inside
    )
    canvas.stroke(
        path("M 300 186 C 330 172 352 168 372 160 C 402 148 440 146 480 138"),
        LINE,
        1.6,
        taper=(0.1, 0),
    )
    tower = path("M 404 148 L 408 92 L 422 92 L 427 146 Z")
    canvas.fill(tower, "#ffffff")
    inside = canvas.mask(tower)
    for y in (104, 126):
        canvas.fill(
            path(f"M 400 {y} L 430 {y} L 430 {y + 11} L 400 {y + 11} Z"), "#e0524a", clip=inside
        )
    canvas.fill(
        path("M 417 88 L 430 88 L 430 150 L 419 150 Z"), "#6b7fa8", clip=inside, opacity=0.4
    )
    canvas.stroke(tower, LINE, 1.8, taper=(0, 0))
    lamp = path("M 409 91 L 409 80 L 421 80 L 421 91 Z")
    canvas.fill(lamp, "#fff2a8")
    canvas.stroke(lamp, LINE, 1.6, taper=(0, 0))
    roof = path("M 406 80 L 415 69 L 424 80 Z")
    canvas.fill(roof, "#b8403f")
    canvas.stroke(roof, LINE, 1.6, taper=(0, 0))
    canvas.stroke(path("M 404 92 L 426 92"), LINE, 2.4, taper=(0, 0))


def _road(canvas: Canvas) -> None:
    bank = path("M 0 214 C 70 204 140 214 210 228 C 300 246 400 250 480 236 L 480 320 L 0 320 Z")
    canvas.fill(bank, "#79b356")
    inside = canvas.mask(bank)
    canvas.fill(
        path("M 0 250 C 90 232 170 246 250 262 C 340 278 420 276 480 262 L 480 320 L 0 320 Z"),
        "#5d9848",
        clip=inside,
    )
    road = path(
        "M 214 229 C 262 238 292 250 286 266 C 278 286 210 300 150 320 L 330 320"
        " C 372 298 390 274 356 256 C 326 242 270 236 236 232 Z"
    )
    canvas.fill(road, "#cfc6bb", clip=inside)
    canvas.fill(path("M 330 320 C 372 298 390 274 356 256 C 366 276 340 298 296 320 Z"), "#a89f9d")
    canvas.stroke(
        path("M 214 229 C 262 238 292 250 286 266 C 278 286 210 300 150 320"),
        LINE,
        1.8,
        taper=(0.5, 0),
    )
    canvas.stroke(
        path("M 236 232 C 270 236 326 242 356 256 C 390 274 372 298 330 320"),
        LINE,
        1.8,
        taper=(0.5, 0),
    )
    canvas.stroke(path("M 0 214 C 70 204 140 214 210 228"), LINE, 1.6, taper=(0, 0.2))
    canvas.stroke(path("M 236 232 C 310 248 400 250 480 236"), LINE, 1.6, taper=(0.2, 0))
    for dash in (
        "M 250 236 L 264 239",
        "M 290 246 C 298 249 305 252 311 256",
        "M 319 266 C 320 271 318 276 314 280",
        "M 298 291 C 290 296 280 300 270 304",
    ):
        canvas.stroke(path(dash), "#ffffff", 2.4, taper=(0.1, 0.1))


def _pole(canvas: Canvas, x: float, foot: float, height: float) -> tuple[Points, Points]:
    wide = height / 34
    top = foot - height
    post = path(
        f"M {x - wide} {foot} L {x - wide * 0.7} {top} L {x + wide * 0.7} {top}"
        f" L {x + wide} {foot} Z"
    )
    canvas.fill(post, "#8a6f62")
    canvas.fill(
        path(f"M {x} {foot} L {x} {top} L {x + wide * 0.7} {top} L {x + wide} {foot} Z"), "#634d49"
    )
    canvas.stroke(post, LINE, 1.5, taper=(0, 0))
    ends = []
    for level in (0.1, 0.22):
        y = top + height * level
        arm = height * 0.16
        canvas.stroke(
            path(f"M {x - arm} {y} L {x + arm} {y}"), "#634d49", height / 40, taper=(0, 0)
        )
        for side in (-1, 1):
            canvas.fill(
                ellipse(x + side * arm * 0.9, y - height / 50, height / 70, height / 45), "#f2ede6"
            )
        ends.append(np.array([[x - arm * 0.9, y - height / 30], [x + arm * 0.9, y - height / 30]]))
    return ends[0], ends[1]


def _wires(canvas: Canvas) -> None:
    poles = [_pole(canvas, 196, 226, 66), _pole(canvas, 128, 246, 142), _pole(canvas, 10, 306, 290)]
    for near, far in zip(poles[1:], poles, strict=False):
        for level in (0, 1):
            for side in (0, 1):
                (x0, y0), (x1, y1) = near[level][side], far[level][side]
                sag = 0.16 * abs(x1 - x0)
                wire = path(f"M {x0} {y0} Q {(x0 + x1) / 2} {(y0 + y1) / 2 + sag} {x1} {y1}")
                canvas.stroke(wire, LINE, 1.1, taper=(0, 0))


def _grass(canvas: Canvas) -> None:
    random = np.random.default_rng(3)
    for _ in range(210):
        x = random.uniform(-5, 485)
        if 140 < x < 350:
            continue
        y = random.uniform(285, 326)
        tall = random.uniform(14, 34)
        lean = random.uniform(-4, 12)
        color = ("#3f7a3c", "#5d9848", "#8cc863", "#4d8a45")[int(random.integers(4))]
        blade = path(f"M {x} {y} Q {x + lean * 0.2} {y - tall * 0.6} {x + lean} {y - tall}")
        canvas.stroke(blade, color, 3, taper=(0, 0.9))
    for x, y, color in _FLOWERS:
        for turn in range(0, 360, 72):
            angle = np.deg2rad(turn)
            petal = ellipse(x + 3.4 * np.cos(angle), y + 3.4 * np.sin(angle), 3, 2.2, turn)
            canvas.fill(petal, color)
        canvas.fill(ellipse(x, y, 2, 2), "#f7c843")


_WAVES = tuple(
    (float(x), float(y), float(length))
    for x, y, length in zip(
        np.random.default_rng(5).uniform(0, 460, 34).round(),
        np.random.default_rng(6).uniform(190, 238, 34).round(),
        np.random.default_rng(8).uniform(10, 44, 34).round(),
        strict=True,
    )
)
_FLOWERS = (
    (34, 284, "#ffffff"),
    (66, 300, "#ffd7e6"),
    (104, 286, "#ffffff"),
    (388, 296, "#ffffff"),
    (418, 280, "#ffd7e6"),
    (446, 302, "#ffffff"),
    (466, 284, "#ffd7e6"),
    (16, 306, "#ffffff"),
)
_LARGE = (
    (226, 150, 34),
    (262, 126, 40),
    (300, 142, 36),
    (250, 84, 34),
    (286, 70, 32),
    (318, 100, 34),
    (344, 148, 28),
    (372, 166, 22),
    (196, 166, 22),
    (268, 46, 22),
    (330, 128, 26),
    (290, 104, 36),
)
_SMALL = ((58, 60, 16), (80, 50, 20), (104, 60, 16), (124, 66, 10), (38, 66, 9))


def scene() -> Canvas:
    """Return the landscape."""
    canvas = Canvas(WIDTH, HEIGHT, "white")
    _sky(canvas)
    _cloud(canvas, _LARGE, 178)
    _cloud(canvas, _SMALL, 68)
    canvas.stroke(path("M 0 187 L 480 187"), "#2a7ea6", 1.2, taper=(0, 0))
    _headland(canvas)
    _road(canvas)
    _wires(canvas)
    _grass(canvas)
    return canvas

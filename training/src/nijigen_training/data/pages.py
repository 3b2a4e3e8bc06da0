"""Generated pages: text, user interfaces, backgrounds, panels and speech bubbles."""

from __future__ import annotations

import string

import cv2
import numpy as np

from nijigen_training.data.labelled import Pixels

_LETTERS = string.ascii_letters + string.digits + "  ,.!?"
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)  # fmt: skip
Panel = tuple[int, int, int, int]
"""left, top, right, bottom."""


def color(rng: np.random.Generator) -> tuple[int, int, int]:
    """Return a random color: often white, black or gray."""
    chance = rng.random()
    if chance < 0.25:
        return (255, 255, 255)
    if chance < 0.33:
        return (0, 0, 0)
    if chance < 0.45:
        value = int(rng.integers(0, 256))
        return (value, value, value)
    red, green, blue = (int(v) for v in rng.integers(0, 256, 3))
    return (red, green, blue)


def ground(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a background: plain, a gradient, stripes, or soft shapes."""
    first, second = np.array(color(rng), np.float32), np.array(color(rng), np.float32)
    kind = rng.random()
    if kind < 0.35:
        return np.full((height, width, 3), first, np.uint8)
    angle = rng.uniform(0, 2 * np.pi)
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    if kind < 0.6:
        share = along + 0.5
    elif kind < 0.75:
        share = (np.sin(along * np.float32(rng.uniform(10, 90))) > 0).astype(np.float32)
    else:
        canvas = np.full((height, width, 3), first, np.uint8)
        for _ in range(int(rng.integers(3, 25))):
            _shape(canvas, rng)
        return canvas
    share = share.clip(0, 1)[:, :, None]
    return (first + (second - first) * share).astype(np.uint8)


def text_page(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a page of text: lines of letters, or columns of glyphs that look like kanji."""
    paper, ink = (255, 255, 255), (0, 0, 0)
    if rng.random() < 0.4:
        paper, ink = color(rng), color(rng)
    canvas = np.full((height, width, 3), paper, np.uint8)
    size = int(rng.integers(7, 36))
    if rng.random() < 0.5:
        font = _FONTS[rng.integers(len(_FONTS))]
        y = size + int(rng.integers(0, 20))
        while y < height + size:
            count = int(rng.integers(4, max(5, 2 * width // size)))
            line = "".join(_LETTERS[n] for n in rng.integers(0, len(_LETTERS), count))
            place = (int(rng.integers(0, 30)), y)
            cv2.putText(canvas, line, place, font, size / 30, ink, 1 + size // 18, cv2.LINE_AA)
            y += int(size * rng.uniform(1.2, 1.9))
        return canvas
    for x in range(width - size, -size, -int(size * 1.4)):
        for y in range(0, height, size + 1):
            if rng.random() < 0.9:
                _glyph(canvas, rng, x, y, size - 1, ink)
    return canvas


def interface(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a user interface: bars, cards, buttons, icons, labels."""
    dark = bool(rng.random() < 0.5)
    base = int(rng.integers(10, 60) if dark else rng.integers(215, 256))
    canvas = np.full((height, width, 3), base, np.uint8)
    for _ in range(int(rng.integers(4, 16))):
        x, y = int(rng.integers(-20, width)), int(rng.integers(-20, height))
        across, down = int(rng.integers(20, 180)), int(rng.integers(10, 110))
        fill = color(rng) if rng.random() < 0.3 else (base + (18 if dark else -14),) * 3
        cv2.rectangle(canvas, (x, y), (x + across, y + down), fill, -1)
        for row in range(y + 10, y + down - 4, 12):
            if rng.random() < 0.5:
                ink = (220, 220, 220) if dark else (50, 50, 50)
                line = "".join(_LETTERS[n] for n in rng.integers(0, 62, int(rng.integers(2, 18))))
                cv2.putText(canvas, line, (x + 6, row), _FONTS[0], 0.32, ink, 1, cv2.LINE_AA)
            elif rng.random() < 0.4:
                cv2.circle(
                    canvas, (x + 10, row), int(rng.integers(3, 8)), color(rng), -1, cv2.LINE_AA
                )
    return canvas


def panels(rng: np.random.Generator, width: int, height: int, gutter: int) -> list[Panel]:
    """Divide a page like manga: into rows, and each row into one to three panels."""
    count = int(rng.integers(1, 4))
    bounds = _divided(rng, height, count, gutter)
    result = []
    for top, bottom in bounds:
        for left, right in _divided(rng, width, int(rng.integers(1, 4)), gutter):
            result.append((left, top, right, bottom))
    return result


def bubble(canvas: Pixels, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Draw a speech bubble with columns of glyphs at a random position; return its box."""
    height, width = canvas.shape[:2]
    a, b = int(rng.integers(12, 42)), int(rng.integers(16, 58))
    x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
    cv2.ellipse(canvas, (x, y), (a, b), 0, 0, 360, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, y), (a, b), 0, 0, 360, (0, 0, 0), 1, cv2.LINE_AA)
    size = int(rng.integers(5, 10))
    for column in range(x - a // 2, x + a // 2, size + 2):
        for row in range(y - int(0.6 * b), y + int(0.6 * b), size + 1):
            _glyph(canvas, rng, column, row, size, (0, 0, 0))
    return float(x - a), float(y - b), float(x + a), float(y + b)


def _divided(rng: np.random.Generator, length: int, count: int, gap: int) -> list[tuple[int, int]]:
    shares = rng.uniform(0.6, 1.4, count)
    ends = np.round(np.cumsum(shares) / shares.sum() * (length - gap)).astype(int)
    starts = np.concatenate([[0], ends[:-1]])
    return [
        (int(start) + gap, int(end))
        for start, end in zip(starts, ends, strict=True)
        if end - start - gap >= 24
    ]


def _glyph(
    canvas: Pixels, rng: np.random.Generator, x: int, y: int, size: int, ink: tuple[int, int, int]
) -> None:
    """Draw some strokes in a square, mostly horizontal or vertical."""
    for _ in range(int(rng.integers(2, 6))):
        a, b, c = (int(v) for v in rng.integers(0, max(1, size), 3))
        ends = (
            ((x + a, y + b), (x + c, y + b))
            if rng.random() < 0.5
            else ((x + b, y + a), (x + b, y + c))
        )
        cv2.line(canvas, *ends, ink, 1 + size // 14)


def _shape(canvas: Pixels, rng: np.random.Generator) -> None:
    height, width = canvas.shape[:2]
    place = (int(rng.integers(0, width)), int(rng.integers(0, height)))
    kind = rng.random()
    if kind < 0.4:
        cv2.circle(canvas, place, int(rng.integers(3, 90)), color(rng), -1, cv2.LINE_AA)
    elif kind < 0.7:
        corners = np.array(place) + rng.integers(-80, 80, (int(rng.integers(3, 7)), 2))
        cv2.fillPoly(canvas, [corners.astype(np.int32)], color(rng), cv2.LINE_AA)
    else:
        end = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.line(canvas, place, end, color(rng), int(rng.integers(1, 12)), cv2.LINE_AA)

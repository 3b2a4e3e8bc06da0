"""Learning curves: a table for programs, a picture for people."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from nijigen.core.atomic import replacing, write_bytes
from nijigen_training.checkpoint import Row

FIRST = ("steps", "pictures", "hours", "rate")

FINE = 2
"""Supersampling factor, for smooth lines."""
SIZE = (1000 * FINE, 660 * FINE)
LEFT, RIGHT, TOP, GAP, BOTTOM = (side * FINE for side in (76, 24, 76, 58, 46))
INK, FAINT, GRID = (40, 44, 52), (110, 116, 128), (226, 229, 235)
LOSS, BEST = (196, 78, 48), (38, 100, 190)

Points = list[tuple[float, float]]


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows; missing values are empty cells.

    Raises:
        OutputError: The file cannot be written.
    """
    names = dict.fromkeys(FIRST) | dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    table = csv.DictWriter(text, list(names), lineterminator="\n")
    table.writeheader()
    table.writerows({k: f"{v:.6g}" for k, v in row.items()} for row in rows)
    write_bytes(path, text.getvalue().encode())


def write_png(path: Path, rows: Sequence[Row], best: str, title: str) -> None:
    """Plot the loss and the best metric over the hours of training.

    Raises:
        OutputError: The file cannot be written.
    """
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((LEFT, 14 * FINE), title, INK, ImageFont.load_default(20 * FINE))
    height = (SIZE[1] - TOP - GAP - BOTTOM) // 2
    last = max((row["hours"] for row in rows), default=0.0)
    for index, (name, color) in enumerate((("loss", LOSS), (best, BEST))):
        points = [
            (row["hours"], row[name]) for row in rows if name in row and math.isfinite(row[name])
        ]
        top = TOP + index * (height + GAP)
        frame = (LEFT, top, SIZE[0] - RIGHT, top + height)
        _panel(picture, frame, points, last or 1e-3, name, color)
    with replacing(path) as file:
        picture.reduce(FINE).save(file, "PNG", optimize=True)


def _panel(
    picture: Image.Image,
    frame: tuple[int, int, int, int],
    points: Points,
    last: float,
    name: str,
    color: tuple[int, int, int],
) -> None:
    """Plot one curve with its axes."""
    left, top, right, bottom = frame
    draw = ImageDraw.Draw(picture)
    small = ImageFont.load_default(13 * FINE)
    # The first values of a loss are far above all others and would flatten the rest.
    seen = [y for _, y in points[len(points) // 20 :]] or [0.0, 1.0]
    marks = ticks(min(seen), max(seen))
    low, high = marks[0], marks[-1]

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = x / last * (right - left), (y - low) / (high - low) * (bottom - top)
        return left + across, bottom - up

    for value in marks:
        y = place(0, value)[1]
        draw.line((left, y, right, y), GRID, FINE)
        draw.text((left - 10 * FINE, y), f"{value:.4g}", FAINT, small, anchor="rm")
    # Short runs are labelled in minutes.
    unit, scale = ("hours", 1.0) if last >= 1 else ("minutes", 60.0)
    for value in ticks(0, last * scale):
        x = place(value / scale, 0)[0]
        if x <= right + 1:
            draw.line((x, bottom, x, bottom + 5 * FINE), FAINT, FINE)
            draw.text((x, bottom + 8 * FINE), f"{value:.4g}", FAINT, small, anchor="ma")
    draw.line((left, bottom, right, bottom), FAINT, FINE)
    draw.text((right, bottom + 24 * FINE), unit, FAINT, small, anchor="ra")
    label = f"{name}  {points[-1][1]:.4g}" if points else f"{name}: not measured yet"
    draw.text((left, top - 24 * FINE), label, color, ImageFont.load_default(15 * FINE))
    # On a sheet of its own, so that what is too high runs out of the frame.
    sheet = Image.new("L", picture.size)
    pencil = ImageDraw.Draw(sheet)
    path = [place(x, y) for x, y in points]
    if len(path) > 1:
        pencil.line(path, 255, 2 * FINE, joint="curve")
    if len(path) <= 60:
        for x, y in path:
            pencil.ellipse((x - 3 * FINE, y - 3 * FINE, x + 3 * FINE, y + 3 * FINE), 255)
    window = (left - 4 * FINE, top - 4 * FINE, right + 4 * FINE, bottom + 4 * FINE)
    picture.paste(color, window, sheet.crop(window))


def ticks(low: float, high: float) -> list[float]:
    """Return four to eight round numbers that span a range."""
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw)
    first, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, end + 1)]

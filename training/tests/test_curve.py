"""Learning curves: tables and pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen_training.checkpoint import Row
from nijigen_training.curve import BEST, LOSS, ticks, write_csv, write_png


def pixels_of(path: Path, color: tuple[int, int, int]) -> np.ndarray:
    with Image.open(path) as picture:
        found = (np.array(picture) == color).all(-1)
    return np.argwhere(found[80:330])[:, ::-1] if color == LOSS else np.argwhere(found[340:])


def test_csv(tmp_path: Path) -> None:
    rows: list[Row] = [{"steps": 1, "hours": 0.5, "loss": 2}, {"steps": 2, "f1": 0.25}]
    write_csv(tmp_path / "curve.csv", rows)
    assert (tmp_path / "curve.csv").read_text() == (
        "steps,pictures,hours,rate,loss,f1\n1,,0.5,,2,\n2,,,,,0.25\n"
    )


def test_falling_loss_is_drawn_falling(tmp_path: Path) -> None:
    rows: list[Row] = [{"hours": i / 10, "loss": 3 - i / 10} for i in range(21)]
    write_png(tmp_path / "curve.png", rows, "f1", "faces/detect")
    places = pixels_of(tmp_path / "curve.png", LOSS)
    assert np.corrcoef(places.T)[0, 1] > 0.99, "further right is further down"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"hours": 0.0, "loss": 1.0}],
        [{"hours": 1.0, "f1": 0.5}, {"hours": 2.0, "f1": 0.5}],
        [{"hours": 1.0, "loss": float("nan")}, {"hours": 2.0, "loss": float("inf")}],
    ],
)
def test_poor_curves_are_drawn_too(rows: list[Row], tmp_path: Path) -> None:
    write_png(tmp_path / "curve.png", rows, "f1", "faces/detect")
    drawn = pixels_of(tmp_path / "curve.png", BEST).size
    assert drawn, "the figure's name at least"


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.03, 0.27, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (5, 5, [4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6]),
    ],
)
def test_ticks(low: float, high: float, wanted: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(wanted)

"""Strokes: read from JSON, or drawn at random; a point for each frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.core.strict import read_json

Floats = NDArray[np.floating[Any]]
_MOST = 20_000
"""Points of all strokes together."""
_HINT = 'use {"strokes": [[[0.5, 0.5], [0.52, 0.5]]]}: points in shares of width and height'


def read(text: str | None) -> list[Floats]:
    """Return the strokes of a JSON file, each ``(n, 2)`` in shares of width and height.

    Raises:
        InputError: It is no JSON, or holds something else than strokes.
    """
    if text is None:
        return []
    try:
        given = read_json(text)
    except ValueError as error:
        raise InputError(f"the strokes are not valid JSON: {error}", _HINT) from None
    found = given.get("strokes", []) if isinstance(given, dict) else given
    if not isinstance(found, list):
        raise InputError("the strokes are not a list", _HINT)
    strokes = [_stroke(number, points) for number, points in enumerate(found, 1)]
    if sum(map(len, strokes)) > _MOST:
        raise InputError(f"the strokes have more than {_MOST} points", "use fewer")
    return strokes


def _stroke(number: int, points: Any) -> Floats:
    try:
        made = np.array(points, np.float64)
    except (TypeError, ValueError):
        made = np.zeros(0)
    if made.ndim != 2 or made.shape[1] != 2 or not np.isfinite(made).all():
        raise InputError(f"stroke {number} is not a list of points", _HINT)
    if np.abs(made).max(initial=0) > 10:
        raise InputError(f"stroke {number} is far outside the canvas", _HINT)
    return made


def random_strokes(random: np.random.Generator, count: int) -> list[Floats]:
    """Return strokes that sweep from near the center outwards in one bend."""
    made = []
    for _ in range(count):
        along = np.linspace(0, 1, int(random.integers(70, 120)))
        turn, bend = random.uniform(0, 2 * np.pi), random.uniform(-2.4, 2.4)
        radius = random.uniform(0.02, 0.12) + along * random.uniform(0.15, 0.3)
        angle = turn + bend * along**1.3
        made.append(0.5 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))
    return made

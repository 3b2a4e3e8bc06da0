"""Odds: random values of parameters that are not given, depending on those already chosen."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nijigen.generate._character.traits import hair, person, shown, wardrobe

_RANGES = {
    "eye_size": (0.95, 1.06), "eye_spacing": (0.98, 1.02), "hair_volume": (0.95, 1.12),
    "gaze_x": (-0.4, 0.4), "gaze_y": (-0.2, 0.2), "sway": (-0.6, 0.6), "light": (-1.0, 1.0),
    "maturity": (0.44, 0.56), "style_mix": (0.15, 0.45), "expression_strength": (0.8, 1.1),
}  # fmt: skip


def rolled(
    name: str,
    source: random.Random,
    known: Mapping[str, Any],
    choices: Sequence[str],
    fixed: frozenset[str],
) -> Any:
    """Return a value for the parameter of that name."""
    special = _special(name)
    if special:
        return special(source, known, fixed)
    if name in _RANGES:
        low, high = _RANGES[name]
        return round(low + (high - low) * source.random(), 3)
    return source.choice(choices)


@lru_cache(None)
def _special(name: str) -> Callable[..., Any] | None:
    """Return the function that rolls this parameter, if it has one."""
    rooms = (person, hair, wardrobe, shown)
    return next((vars(r)[f"roll_{name}"] for r in rooms if f"roll_{name}" in vars(r)), None)

"""Dice: weighted choices and bounded normal values."""

from __future__ import annotations

import random
from collections.abc import Mapping

from nijigen.generate._character.styles.style import Spread


def weighted(source: random.Random, weights: Mapping[str, float]) -> str:
    """Return a name with the odds of its weight."""
    return source.choices(list(weights), list(weights.values()))[0]


def relative(weights: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    """Return weights multiplied by factors; a factor that is not named is 1."""
    return {name: weight * factors.get(name, 1.0) for name, weight in weights.items()}


def near(source: random.Random, spread: Spread, low: float, high: float) -> float:
    """Return a normal value within bounds, with three decimals."""
    return round(max(low, min(high, source.gauss(spread.mean, spread.spread))), 3)

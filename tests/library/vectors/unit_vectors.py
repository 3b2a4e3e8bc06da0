"""Random unit vectors."""

from __future__ import annotations

import numpy as np


def unit(count: int, *more: int, seed: int = 22) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, *more)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def clustered(count: int, several: int, width: int) -> np.ndarray:
    """Vectors of pictures in three hundred groups, in integers, ``(count, several, width)``."""
    groups = unit(300, several, width, seed=1)
    own = groups[np.random.default_rng(2).integers(300, size=count)]
    made = own + 0.5 * unit(count, several, width, seed=3)
    return np.rint(127 * made / np.linalg.norm(made, axis=-1, keepdims=True)).astype(np.int8)

"""Signatures of pictures that are not there, made from those of real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.signatures import embedding
from nijigen.library.signatures.embedding import Embedding

NOISE, REGION_NOISE, WINDOW_NOISE = 0.95, 0.65, 0.35
"""In standard deviations of the real vectors; chosen so that nearest neighbors are as far away."""
OTHER = 0.25
"""Share of Haar coefficients that are those of any other picture."""


class Made:
    """Makes records like those of real pictures.

    Args:
        haar: Records of real pictures.
        embeddings: The same.
        seed: Of all that is drawn.
    """

    def __init__(self, haar: NDArray[Any], embeddings: NDArray[Any], seed: int) -> None:
        self._draw = np.random.default_rng(seed)
        self._haar, self._rows = haar, embeddings
        self._wholes = embeddings["whole"].astype(np.float32)
        self._neighbors = np.concatenate([self._near(s) for s in range(0, len(haar), 2000)])
        self._factor = _factor(self._wholes)
        regions = embeddings["regions"][:: max(1, len(haar) // 2000)].reshape(-1, embedding.REDUCED)
        self._region_factor = _factor(regions.astype(np.float32) / 127)

    def _near(self, start: int) -> NDArray[np.int64]:
        alike = self._wholes[start : start + 2000] @ self._wholes.T
        return np.argpartition(-alike, 20, 1)[:, :20]

    def records(self, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return records of the Haar signature and of the embedding."""
        draw = self._draw
        first = draw.integers(len(self._rows), size=count)
        more = self._neighbors[first[:, None], draw.integers(20, size=(count, 2))]
        parents = np.concatenate([first[:, None], more], 1)
        weights = draw.dirichlet((1, 1, 1), count).astype(np.float32)
        made = np.zeros(count, Embedding.dtype)
        noise = draw.standard_normal((count, embedding.WIDTH), np.float32) @ self._factor
        mixed = sum(weights[:, k, None] * self._wholes[parents[:, k]] for k in range(3))
        made["whole"] = embedding.unit(embedding.unit(mixed) + np.float32(NOISE) * noise)
        noise = draw.standard_normal((count, 1, embedding.REDUCED), np.float32)
        regions = REGION_NOISE * (noise @ self._region_factor)
        for window in range(len(embedding.WINDOWS)):
            of = self._rows["regions"][:, window]
            mixed = sum(
                weights[:, k, None] * of[parents[:, k]].astype(np.float32) for k in range(3)
            )
            noise = draw.standard_normal((count, embedding.REDUCED), np.float32)
            noise = regions[:, 0] + WINDOW_NOISE * (noise @ self._region_factor)
            unit = embedding.unit(embedding.unit(mixed) + noise.astype(np.float32))
            made["regions"][:, window] = np.rint(unit * 127)
        haar = self._haar[first].copy()
        chosen = draw.random(haar["places"].shape)
        for k in (1, 2):
            taken = chosen < weights[:, 1 : k + 1].sum(1)[:, None, None]
            taken &= chosen >= weights[:, 1:k].sum(1)[:, None, None]
            haar["places"][taken] = self._haar["places"][parents[:, k]][taken]
        other = draw.random(haar["places"].shape) < OTHER
        strange = self._haar["places"][draw.integers(len(self._haar), size=count)]
        haar["places"][other] = strange[other]
        return haar, made


def _factor(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what white noise is multiplied by for noise with the spectrum of vectors."""
    values, axes = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    factor: NDArray[np.float32] = ((axes * np.sqrt(values.clip(0))) @ axes.T).astype(np.float32)
    return factor

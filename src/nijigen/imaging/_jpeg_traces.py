"""JPEG traces: estimate the quality of an earlier compression from pixels."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def luma(pixels: NDArray[np.uint8] | Floats) -> Floats:
    """Return the luma ``(...)`` of RGB ``(..., 3)``."""
    # Not rounded as Picture.gray() is: the rounding would hide the steps of fine quantization.
    gray: Floats = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return gray


def blocks(planes: Floats, top: int = 0, left: int = 0) -> Floats:
    """Return the 8 × 8 blocks ``(n, 8, 8)`` of planes ``(m, h, w)``, starting at an offset."""
    count, height, width = planes.shape
    rows, columns = (height - top) // 8, (width - left) // 8
    part = planes[:, top : top + rows * 8, left : left + columns * 8]
    tiles = part.reshape(count, rows, 8, columns, 8).transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(tiles).reshape(-1, 8, 8)


def dct(parts: Floats) -> Floats:
    """Return the orthonormal DCT of blocks as ``(n, 64)``."""
    return (_COSINES @ parts @ _COSINES.T).reshape(-1, 64).astype(np.float32, copy=False)


def _cosines() -> Floats:
    row = np.arange(8)
    matrix = np.cos((2 * row + 1) * row[:, None] * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    result: Floats = matrix.astype(np.float32)
    return result


_COSINES = _cosines()

# The example luminance table of JPEG (ITU-T T.81, annex K.1), which nearly every encoder uses.
_ANNEX_K = """
    16 11 10 16 24 40 51 61   12 12 14 19 26 58 60 55   14 13 16 24 40 57 69 56
    14 17 22 29 51 87 80 62   18 22 37 56 68 109 103 77   24 35 55 64 81 104 113 92
    49 64 78 87 103 121 120 101   72 92 95 98 112 100 103 99"""
_LUMINANCE = np.array(_ANNEX_K.split(), int)
_BIN = 0.125
_BINS = 1600
_STEPS = np.arange(1, 121)
_KERNELS = ((0.35, 1.0, 0.3, 1.0), (1.2, 1.2, 0.0, 4.0), (2.5, 2.5, 0.0, 8.0))
"""Distribution of coefficients around their steps (two deviations and the share of the second),
and the smallest coefficient that counts. The first is for a JPEG that was only decoded and rounded
to bytes, the others for one that was compressed again or got noise afterwards."""
_SIGN = 0.3
"""Detection threshold: pictures without JPEG reach 0.03, WebP 0.02, JPEG 98 starts at 0.5."""


def jpeg_quality(cells: NDArray[np.uint8]) -> int | None:
    """Estimate the lowest JPEG quality that the cells went through.

    The block grid is the one with the sparsest DCT coefficients. On it, the quality is the one
    whose quantization table has the highest likelihood, compared with the same table on an
    unrelated grid, where a picture that never was a JPEG has the same likelihood.

    Source: after Fan and de Queiroz, Identification of bitmap compression history, 2003.
    """
    planes = _busiest(luma(cells), 48)
    grids = _grids(planes[:16])
    rows, columns = ({grid[axis] for grid in grids} for axis in (0, 1))
    top, left = grids[0]
    # Half a block away, or the nearest offset that shares no line with either grid.
    row = next(y % 8 for y in (top + 4, top + 3) if y % 8 not in rows)
    column = next(x % 8 for x in (left + 4, left + 3) if x % 8 not in columns)
    elsewhere = _histogram(dct(blocks(planes, row, column)))
    found = []
    for grid in grids:
        here = _histogram(dct(blocks(planes, *grid)))
        sign, quality = max(_sign(here, elsewhere, index) for index in range(len(_KERNELS)))
        if sign > _SIGN:
            found.append(quality)
    return min(found, default=None)


def _busiest(planes: Floats, count: int) -> Floats:
    """Return the planes with the steepest gradients; flat ones have no coefficients."""
    steep = sum(np.abs(np.diff(planes, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2))
    return planes[np.argsort(-np.asarray(steep), kind="stable")[:count]]


def _grids(planes: Floats) -> list[tuple[int, int]]:
    """Return the two most probable offsets (top, left) of a block grid.

    A JPEG that was cropped and saved again has two. Offsets that share a row or column with the
    best one are excluded: they score high because of it.
    """
    dense = np.array(
        [
            [np.log(np.abs(dct(blocks(planes, y, x))[:, 1:]) + 0.5).mean() for x in range(8)]
            for y in range(8)
        ]
    )
    top, left = divmod(int(dense.argmin()), 8)
    dense[top], dense[:, left] = np.inf, np.inf
    second = divmod(int(dense.argmin()), 8)
    return [(top, left), (second[0], second[1])]


def _histogram(coefficients: Floats) -> Floats:
    """Return histograms ``(64, _BINS)`` of the sizes of DCT coefficients."""
    bins = (np.abs(coefficients) * (1 / _BIN)).astype(np.int64)
    keep = bins < _BINS
    bins += np.arange(64) * _BINS
    counts = np.bincount(bins[keep], minlength=64 * _BINS).reshape(64, _BINS).astype(np.float32)
    counts[0] = 0
    return counts


def _sign(here: Floats, elsewhere: Floats, index: int) -> tuple[float, int]:
    """Return by how much a grid beats another per coefficient, and its most probable quality."""
    tables, every = _tables(), np.arange(64)
    first = int(_KERNELS[index][3] / _BIN)
    fits = []
    for counts in (here, elsewhere):
        number = float(counts[:, first:].sum())
        # A handful of coefficients fits some table by chance.
        if number < 60:
            return 0.0, 100
        fits.append(counts[:, first:] @ _kernel(index)[first:] / number)
    standard = fits[0][every, tables].sum(axis=1)
    best = int(standard.argmax())
    steps = fits[0].argmax(axis=1)
    if standard[best] > fits[0].max(axis=1).sum() - 0.15:
        return float(standard[best] - fits[1][every, tables[best]].sum()), best + 1
    # A non-standard table, such as Photoshop's: take the nearest standard one.
    apart = np.abs(np.log(_STEPS[tables]) - np.log(_STEPS[steps])) @ here[:, first:].sum(axis=1)
    sign = fits[0].max(axis=1).sum() - fits[1].max(axis=1).sum()
    return float(sign), int(apart.argmin()) + 1


@functools.cache
def _kernel(index: int) -> Floats:
    """Return the log-likelihood ``(_BINS, steps)`` of a coefficient, given its quantization step.

    Relative to no quantization. One in ten is an outlier: pixels clipped at 0 and 255 move
    coefficients off their steps.
    """
    narrow, wide, share, _ = _KERNELS[index]
    size = (np.arange(_BINS) + 0.5)[:, None] * _BIN
    rest = size - np.round(size / _STEPS) * _STEPS
    density = (1 - share) * _gauss(rest, narrow) + share * _gauss(rest, wide)
    return np.log(0.9 * _STEPS * density + 0.1).astype(np.float32)


def _gauss(x: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.exp(-0.5 * (x / deviation) ** 2)
    result /= deviation * np.sqrt(2 * np.pi)
    return result


@functools.cache
def _tables() -> NDArray[np.int64]:
    """Return, for each quality from 1 to 100, the index of each of the 64 steps in _STEPS."""
    quality = np.arange(1, 101)[:, None]
    # libjpeg's jpeg_quality_scaling.
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    steps: NDArray[np.int64] = np.clip((_LUMINANCE * scale + 50) // 100, 1, int(_STEPS[-1]))
    return steps - 1

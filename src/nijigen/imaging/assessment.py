"""Assessment: is a picture drawn, how far did JPEG damage it, how noisy is it?"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Picture

Floats = NDArray[np.float32]

CELL = 64
CELLS = 256
"""At most this many cells of 64 × 64 pixels (1 megapixel) are looked at for JPEG and noise."""
LEAST_SIDE = 16
"""Below this there are not two whole blocks side by side: the answers are neutral."""


@dataclass(frozen=True)
class Assessment:
    """What the pixels alone tell about a picture."""

    drawn: float
    """Probability, 0 to 1, that it is a drawing and no photograph; 0.5 where nothing is known."""
    jpeg_quality: int | None
    """Quality (1 to 100, libjpeg's scale) of the worst JPEG compression that left its marks."""
    noise: float
    """Standard deviation of fine grain in each channel, on the scale 0 to 255."""
    gray: bool
    """There is no color in it, whatever the number of channels."""


def assess(picture: Picture) -> Assessment:
    """Look at a picture's pixels: drawn or photograph, JPEG damage, noise.

    Takes about 0.1 s whatever the size. Nothing is resampled for JPEG and noise, so both are found
    in a PNG made from a JPEG, cropped or not, but JPEG damage is not found once the picture was
    resized after it. Grain that a later compression wiped out is not counted.

    Args:
        picture: Any size; transparent pixels are left out where there are enough others.
    """
    picture = picture.reduced()
    opaque = None
    if picture.channels == 4 and int(picture.pixels[:, :, 3].min()) < 255:
        opaque = picture.pixels[:, :, 3] == 255
    pixels = picture.rgb().pixels.astype(np.uint8, copy=False)
    box = _inside(pixels)
    pixels = pixels[box]
    gray = bool(np.all(pixels[::4, ::4].max(axis=2) - pixels[::4, ::4].min(axis=2) <= 2))
    if min(pixels.shape[:2]) < LEAST_SIDE:
        return Assessment(0.5, None, 0.0, gray)
    cells = _cut(pixels)
    if opaque is not None:
        whole = _cut(opaque[box]).all(axis=(1, 2))
        if np.count_nonzero(whole) >= 4:
            cells = cells[whole]
    return Assessment(probability_drawn(pixels), _jpeg_quality(cells), _noise(cells), gray)


def recommend(
    assessment: Assessment,
) -> tuple[Literal["art", "photo"], Literal["none", "0", "1", "2", "3"]]:
    """Choose style and denoise level of waifu2x for a picture."""
    raise NotImplementedError


def _inside(pixels: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Return the picture without bars of one color around it: they would look drawn, and clean."""
    other = (pixels != pixels[0, 0]).any(axis=2)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(rows):
        return slice(None), slice(None)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _cut(plane: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return cells ``(n, h, w, ...)`` spread over a picture, all in one phase of an 8 × 8 grid."""
    sides = [min(CELL, length) for length in plane.shape[:2]]
    counts = [-(-length // side) for length, side in zip(plane.shape[:2], sides, strict=True)]
    if counts[0] * counts[1] > CELLS:
        rows = round((CELLS * counts[0] / counts[1]) ** 0.5)
        counts[0] = min(counts[0], max(1, rows))
        counts[1] = min(counts[1], CELLS // counts[0])
    tops, lefts = (
        np.linspace(0, (length - side) // 8, count).astype(int) * 8
        for length, side, count in zip(plane.shape[:2], sides, counts, strict=True)
    )
    return np.stack([plane[y : y + sides[0], x : x + sides[1]] for y in tops for x in lefts])


def _luma(pixels: NDArray[np.uint8] | Floats) -> Floats:
    # Not rounded as Picture.gray() is: the rounding would hide the steps of fine quantization.
    luma: Floats = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return luma


def _blocks(planes: Floats, top: int = 0, left: int = 0) -> Floats:
    """Return the 8 × 8 blocks ``(n, 8, 8)`` of planes ``(m, h, w)``, from an offset on."""
    count, height, width = planes.shape
    rows, columns = (height - top) // 8, (width - left) // 8
    part = planes[:, top : top + rows * 8, left : left + columns * 8]
    tiles = part.reshape(count, rows, 8, columns, 8).transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(tiles).reshape(-1, 8, 8)


def _dct(blocks: Floats) -> Floats:
    """Return the orthonormal DCT of blocks as ``(n, 64)``."""
    return (_COSINES @ blocks @ _COSINES.T).reshape(-1, 64)


def _cosines() -> Floats:
    row = np.arange(8)
    matrix = np.cos((2 * row + 1) * row[:, None] * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix.astype(np.float32)


_COSINES = _cosines()


# --- JPEG -----------------------------------------------------------------------------------

# The luminance table that JPEG (ITU-T T.81, annex K.1) gives as an example and everybody uses.
_LUMINANCE = np.array(
    """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87
    80 62 18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92
    95 98 112 100 103 99""".split(),
    int,
)
_BIN = 0.125
_BINS = 1600
_STEPS = np.arange(1, 121)
_KERNELS = ((0.35, 1.0, 0.3, 1.0), (1.2, 1.2, 0.0, 4.0), (2.5, 2.5, 0.0, 8.0))
"""How far coefficients may lie from their steps (two deviations and the share of the second),
and the least coefficient that counts. The first is a JPEG merely decoded and rounded to bytes, the
others one that was compressed again or got noise afterwards."""
_SIGN = 0.3
"""Never-JPEG pictures reach 0.03, WebP 0.02, JPEG of quality 98 starts at 0.5."""


def _jpeg_quality(cells: NDArray[np.uint8]) -> int | None:
    """Estimate the lowest JPEG quality that the cells went through.

    The right grid is where the DCT coefficients are sparsest. On it, the quality is the one whose
    quantization table makes the coefficients likeliest, compared with the same table on a
    grid half a block away, where a picture that never was a JPEG is exactly as likely.

    Source: after Fan and de Queiroz, Identification of bitmap compression history, 2003.
    """
    luma = _busiest(_luma(cells), 48)
    if min(luma.shape[1:]) < LEAST_SIDE:
        return None
    found = []
    for top, left in _grids(luma[:16]):
        here = _histogram(_dct(_blocks(luma, top, left)))
        there = _histogram(_dct(_blocks(luma, (top + 4) % 8, (left + 4) % 8)))
        signs = [_sign(here, there, index) for index in range(len(_KERNELS))]
        sign, quality = max(signs)
        if sign > _SIGN:
            found.append(quality)
    return min(found, default=None)


def _busiest(planes: Floats, count: int) -> Floats:
    """Return the planes with the steepest gradients: flat ones carry no coefficients."""
    steep = sum(np.abs(np.diff(planes, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2))
    return planes[np.argsort(-np.asarray(steep), kind="stable")[:count]]


def _grids(luma: Floats) -> list[tuple[int, int]]:
    """Return the two likeliest offsets (top, left) of a block grid.

    Two, since a JPEG that was cropped and saved again has two; offsets that share a row or a
    column with the best come next because of it, not because of a compression of their own.
    """
    dense = np.array(
        [
            [np.log(np.abs(_dct(_blocks(luma, y, x))[:, 1:]) + 0.5).mean() for x in range(8)]
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


def _sign(here: Floats, there: Floats, index: int) -> tuple[float, int]:
    """Return by how much a grid beats the other per coefficient, and its likeliest quality."""
    kernel, tables = _kernel(index), _tables()
    first = int(_KERNELS[index][3] / _BIN)
    scores = []
    for counts in (here, there):
        number = float(counts[:, first:].sum())
        fit = counts[:, first:] @ kernel[first:]
        scores.append(fit[np.arange(64), tables].sum(axis=1) / max(number, 1))
        # A handful of coefficients fits some table by chance.
        if number < 60:
            return 0.0, 100
    best = int(scores[0].argmax())
    return float(scores[0][best] - scores[1][best]), best + 1


@functools.cache
def _kernel(index: int) -> Floats:
    """Return the log-likelihood ``(_BINS, steps)`` of a coefficient, given its quantization step.

    It is relative to no quantization. One in ten may lie anywhere: pixels clipped at 0 and 255
    move coefficients off their steps.
    """
    narrow, wide, share, _ = _KERNELS[index]
    size = (np.arange(_BINS) + 0.5)[:, None] * _BIN
    rest = size - np.round(size / _STEPS) * _STEPS
    density = (1 - share) * _gauss(rest, narrow) + share * _gauss(rest, wide)
    return np.log(0.9 * _STEPS * density + 0.1).astype(np.float32)


def _gauss(x: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.exp(-0.5 * (x / deviation) ** 2)
    return result / (deviation * np.sqrt(2 * np.pi))


@functools.cache
def _tables() -> NDArray[np.int64]:
    """Return, for each quality from 1 to 100, where each of the 64 steps stands in _STEPS."""
    quality = np.arange(1, 101)[:, None]
    # libjpeg's jpeg_quality_scaling.
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    steps = np.clip((_LUMINANCE * scale + 50) // 100, 1, int(_STEPS[-1]))
    return steps.astype(np.int64) - 1


# --- Noise ----------------------------------------------------------------------------------

_COLUMN, _ROW = np.meshgrid(np.arange(8), np.arange(8))
_FINE = ((_COLUMN + _ROW) >= 8).ravel()
_COARSE = (((_COLUMN + _ROW) >= 1) & ((_COLUMN + _ROW) <= 4)).ravel()
_CLIPPED = 0.584
"""Deviation that is left of noise of deviation 1 on pure white or black: sqrt(1/2 - 1/(2 pi))."""


def _noise(cells: NDArray[np.uint8]) -> float:
    """Estimate the deviation of grain from the fine DCT coefficients of the flattest blocks.

    Blocks are chosen by their coarse coefficients and measured by their fine ones, which are
    independent in noise, so that choosing does not bias the measure. The median over the
    coefficients passes over screentone, whose energy sits in few of them. Grain lies on everything,
    so white paper without it proves that what else there is is texture.

    Source: after Ponomarenko et al., An automatic approach to lossy compression of AVIRIS images,
    2007 (the choice of blocks).
    """
    # Green alone: noise of the channels would average out in luma.
    blocks = _blocks(cells[:, :, :, 1].astype(np.float32))
    clipped = (blocks.min(axis=(1, 2)) <= 0) | (blocks.max(axis=(1, 2)) >= 255)
    inner, outer = _grain(blocks[~clipped]), _grain(blocks[clipped])
    found = [value for value in (inner, outer and outer / _CLIPPED) if value is not None]
    return min(found, default=0.0)


def _grain(blocks: Floats, least: int = 20) -> float | None:
    if len(blocks) < least:
        return None
    energy = _dct(blocks) ** 2
    flat = np.argsort(energy[:, _COARSE].mean(axis=1), kind="stable")
    chosen = energy[flat[: max(least, len(blocks) // 20)]]
    return float(np.sqrt(np.median(chosen[:, _FINE].mean(axis=0))))


# --- Drawn or photograph --------------------------------------------------------------------

FEATURES = (
    "spread between two tones",
    "spread at half size",
    "share near two tones",
    "color",
    "share of the four commonest tones",
    "fine detail at half size",
    "share of strong edges at half size",
)
_MEAN: tuple[float, ...] = ()
_DEVIATION: tuple[float, ...] = ()
_WEIGHTS: tuple[float, ...] = ()
_BIAS = 0.0


def probability_drawn(pixels: NDArray[np.uint8]) -> float:
    """Return the probability, 0 to 1, that RGB pixels ``(H, W, 3)`` show a drawing."""
    standard = (features(pixels) - np.array(_MEAN)) / np.array(_DEVIATION)
    logit = float(np.clip(standard @ np.array(_WEIGHTS) + _BIAS, -20, 20))
    return float(1 / (1 + np.exp(-logit)))


def features(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Measure what tells drawings from photographs; see :data:`FEATURES`.

    The picture is first reduced to at most 512 pixels by a whole factor, so that noise, codec and
    resolution weigh less than what is drawn.
    """
    factor = -(-max(pixels.shape[:2]) // 512)
    small = np.asarray(Image.fromarray(pixels).reduce(factor)).astype(np.float32)
    luma = _luma(small)
    half = _halved(luma)
    spread, share = _two_tones(luma)
    spread_half, _ = _two_tones(half)
    tones = np.bincount(luma.astype(np.uint8).ravel(), minlength=256) / luma.size
    inner = half[1:-1, 1:-1]
    sides = half[2:, 1:-1] + half[:-2, 1:-1] + half[1:-1, 2:] + half[1:-1, :-2]
    down, right = np.diff(half, axis=0)[:, :-1], np.diff(half, axis=1)[:-1]
    return np.array(
        [
            spread,
            spread_half,
            share,
            float((small.max(axis=2) - small.min(axis=2)).mean()) / 64,
            float(np.sort(tones)[-4:].sum()),
            float(np.log(np.abs(4 * inner - sides).mean() + 0.5)),
            float((np.hypot(down, right) > 30).mean()),
        ]
    )


def _halved(plane: Floats) -> Floats:
    rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
    part = plane[: rows * 2, : columns * 2].reshape(rows, 2, columns, 2)
    halved: Floats = part.mean(axis=(1, 3))
    return halved


def _two_tones(luma: Floats) -> tuple[float, float]:
    """Return how far the 8 × 8 blocks with an edge are from being two flat tones.

    The first number is the deviation within each of the two tones, as a share of the block's
    range, the second the share of pixels near the darkest or lightest.
    """
    blocks = _blocks(luma[None]).reshape(-1, 64)
    low, high = blocks.min(axis=1, keepdims=True), blocks.max(axis=1, keepdims=True)
    edged = (high - low)[:, 0] > 25
    if np.count_nonzero(edged) <= 5:
        return 0.15, 0.5
    unit = (blocks[edged] - low[edged]) / (high - low)[edged]
    light = unit > 0.5
    lights = np.count_nonzero(light, axis=1)[:, None]
    upper = (unit * light).sum(axis=1, keepdims=True) / lights
    lower = (unit * ~light).sum(axis=1, keepdims=True) / (64 - lights)
    rest = unit - np.where(light, upper, lower)
    spread = np.sqrt((rest**2).mean(axis=1)).mean()
    return float(spread), float((np.abs(unit - 0.5) > 0.35).mean())

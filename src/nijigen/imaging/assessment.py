"""Assessment: whether a picture is drawn, its JPEG damage, its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Picture
from nijigen.imaging._jpeg_traces import Floats, blocks, dct, jpeg_quality, luma
from nijigen.imaging._screentone import has_screentone

Style = Literal["art", "photo"]
Denoise = Literal["none", "0", "1", "2", "3"]
LEVELS: tuple[Denoise, ...] = ("none", "0", "1", "2", "3")
DRAWN = 0.2
"""Probability from which a picture is treated as a drawing: networks for drawings cost photographs
0 to 0.2 dB, those for photographs cost drawings 0.4 to 1.5 dB."""

CELL = 64
CELLS = 256
"""Maximum number of cells of 64 × 64 pixels (1 megapixel) that are analyzed for JPEG and noise."""
LEAST_SIDE = 16
"""Below this there are not two whole blocks side by side, and results are neutral."""


@dataclass(frozen=True)
class Assessment:
    """Properties of a picture, estimated from its pixels alone."""

    drawn: float
    """Probability, 0 to 1, that it is a drawing, not a photograph; 0.5 if unknown."""
    jpeg_quality: int | None
    """Quality (1 to 100, libjpeg's scale) of the worst JPEG compression with visible traces."""
    noise: float
    """Standard deviation of fine grain in each channel, on the scale 0 to 255."""
    gray: bool
    """Whether it has no color, whatever the number of channels."""
    screentone: bool = False
    """Whether parts of it are a regular pattern of fine dots, as on manga pages."""


def assess(picture: Picture) -> Assessment:
    """Estimate from pixels whether a picture is drawn, its JPEG damage and its noise.

    Takes about 0.1 s at any size. Nothing is resampled for JPEG and noise, so both are found in a
    PNG made from a JPEG, cropped or not; JPEG damage is not found if the picture was resized
    afterwards. Grain that a later compression removed is not counted.

    Args:
        picture: Any size; transparent pixels are ignored if there are enough others.
    """
    picture = picture.reduced()
    opaque = None
    if picture.channels == 4 and int(picture.pixels[:, :, 3].min()) < 255:
        opaque = picture.pixels[:, :, 3] == 255
    pixels = picture.rgb().pixels.astype(np.uint8, copy=False)
    box = _inside(pixels)
    pixels = pixels[box]
    step = max(1, max(pixels.shape[:2]) // 512)
    some = pixels[::step, ::step].astype(np.int16)
    gray = bool((np.abs(some - some[:, :, :1]) <= 2).all())
    if min(pixels.shape[:2]) < LEAST_SIDE:
        return Assessment(0.5, None, 0.0, gray)
    cells = _cut(pixels)
    if opaque is not None:
        whole = _cut(opaque[box]).all(axis=(1, 2))
        if np.count_nonzero(whole) >= 4:
            cells = cells[whole]
    drawn, quality = probability_drawn(pixels), jpeg_quality(cells)
    return Assessment(drawn, quality, _noise(cells), gray, has_screentone(cells))


def recommend(assessment: Assessment) -> tuple[Style, Denoise]:
    """Choose the style and the denoise level of waifu2x for a picture.

    The limits are about where another level gave the best PSNR against the clean original of twice
    the size (upconv_7; nineteen crops of drawings, four of photographs; ``benchmarks/assessment.py
    --denoise`` repeats it for drawings). Of levels within about 0.1 dB the lower was taken: it
    keeps more texture.

    A gray page with screentone is never denoised: every level takes dots for damage and joins them
    to worms.
    """
    if assessment.gray and assessment.screentone:
        return "art", "none"
    quality = 100 if assessment.jpeg_quality is None else assessment.jpeg_quality
    noise = assessment.noise
    damage: Denoise
    grain: Denoise
    if assessment.drawn >= DRAWN:
        damage = _level(quality, ((44, "3"), (66, "2"), (87, "1"), (98, "0")))
        grain = _level(-noise, ((-8, "3"), (-6, "1"), (-1.5, "0")))
        return "art", max(damage, grain, key=LEVELS.index)
    damage = _level(quality, ((82, "2"), (98, "0")))
    grain = _level(-noise, ((-6, "3"), (-1.5, "0")))
    return "photo", max(damage, grain, key=LEVELS.index)


def _level(value: float, limits: tuple[tuple[float, Denoise], ...]) -> Denoise:
    return next((level for limit, level in limits if value <= limit), "none")


def _inside(pixels: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Return the picture without uniform bars around it, which would look drawn and clean."""
    corner = pixels[0, 0]
    # 128 lines are enough, and many times as fast.
    down, across = (max(1, length // 128) for length in pixels.shape[:2])
    rows = np.flatnonzero((pixels[:, ::across] != corner).any(axis=(1, 2)))
    columns = np.flatnonzero((pixels[::down] != corner).any(axis=(0, 2)))
    if not len(rows) or not len(columns):
        return slice(None), slice(None)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _cut(plane: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return cells ``(n, h, w, ...)`` spread over a picture, aligned to one 8 × 8 grid."""
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


# --- Noise ----------------------------------------------------------------------------------

_COLUMN, _ROW = np.meshgrid(np.arange(8), np.arange(8))
_FINE = ((_COLUMN + _ROW) >= 8).ravel()
_COARSE = (((_COLUMN + _ROW) >= 1) & ((_COLUMN + _ROW) <= 4)).ravel()
_CLIPPED = 0.584
"""Deviation of noise of deviation 1 after clipping at white or black: sqrt(1/2 - 1/(2 pi))."""


def _noise(cells: NDArray[np.uint8]) -> float:
    """Estimate the deviation of grain from the fine DCT coefficients of the flattest blocks.

    Blocks are chosen by their coarse coefficients and measured by their fine ones, which are
    independent in noise, so that the choice does not bias the result. Noise is white; if the
    spectrum of the flattest blocks is not, they are screentone or texture. Grain is everywhere, so
    white paper without it proves that there is none.

    Source: after Ponomarenko et al., An automatic approach to lossy compression of AVIRIS images,
    2007 (the choice of blocks).
    """
    # Green alone: noise of the channels would average out in luma.
    parts = blocks(cells[:, :, :, 1].astype(np.float32))
    clipped = (parts.min(axis=(1, 2)) <= 0) | (parts.max(axis=(1, 2)) >= 255)
    inner, outer = _grain(parts[~clipped]), _grain(parts[clipped])
    if outer is not None:
        outer /= _CLIPPED
    found = min((value for value in (inner, outer) if value is not None), default=0.0)
    return round(found, 2)


def _grain(parts: Floats, least: int = 20) -> float | None:
    """Return the deviation of grain in blocks; None if they are only lines and texture."""
    if len(parts) < least:
        return None
    energy = dct(parts) ** 2
    flat = np.argsort(energy[:, _COARSE].mean(axis=1), kind="stable")
    spectrum = energy[flat[: max(least, len(parts) // 20)]].mean(axis=0)
    deviation = float(np.sqrt(np.median(spectrum[_FINE])))
    # Geometric over arithmetic mean: noise of deviation 1 has 0.7 to 1 (0.6 after JPEG 95),
    # screentone under 0.3. Next to no energy is clean, whatever its spectrum.
    other = spectrum[1:] + 0.01
    even = bool(np.exp(np.log(other).mean()) > 0.5 * other.mean())
    return deviation if even or deviation < 0.5 else None


# --- Drawn or photograph --------------------------------------------------------------------

FEATURES = (
    "spread between two tones",
    "spread at half size",
    "share near two tones",
    "color",
    "share of the four most frequent tones",
    "fine detail at half size",
    "share of strong edges at half size",
)
# Logistic regression on standardized features, fitted by benchmarks/assessment.py --fit.
_LIMIT = 3.0
"""Deviations at which a feature is clipped, so that no single one decides unusual pictures."""
_MEAN = (0.1225, 0.1229, 0.4364, 0.6146, 0.2524, 2.917, 0.1407)
_DEVIATION = (0.01192, 0.01072, 0.1403, 0.5276, 0.2381, 0.5882, 0.08653)
_WEIGHTS = (-2.412, 1.722, 1.442, 0.4462, 2.481, 2.424, -1.087)
_BIAS = 1.312


def probability_drawn(pixels: NDArray[np.uint8]) -> float:
    """Return the probability, 0 to 1, that RGB pixels ``(H, W, 3)`` show a drawing."""
    standard = (features(pixels) - np.array(_MEAN)) / np.array(_DEVIATION)
    logit = float(standard.clip(-_LIMIT, _LIMIT) @ np.array(_WEIGHTS) + _BIAS)
    return float(1 / (1 + np.exp(-logit)))


def features(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Measure features that distinguish drawings from photographs; see :data:`FEATURES`.

    The picture is first reduced to at most 512 pixels by an integer factor, so that noise, codec
    and resolution weigh less than the content.
    """
    # The short side of a long strip keeps a minimum size.
    factor = min(-(-max(pixels.shape[:2]) // 512), max(1, min(pixels.shape[:2]) // LEAST_SIDE))
    # In large pictures sixteen or more pixels become one; not all are needed.
    step = factor // 4 or 1
    image = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    small = np.asarray(image.reduce(-(-factor // step))).astype(np.float32)
    plane = luma(small)
    half = _halved(plane)
    spread, share = _two_tones(plane)
    spread_half, _ = _two_tones(half)
    tones = np.bincount(plane.astype(np.uint8).ravel(), minlength=256) / plane.size
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


def _two_tones(plane: Floats) -> tuple[float, float]:
    """Return how far the 8 × 8 blocks with an edge are from being two flat tones.

    The first number is the deviation within each of the two tones, as a share of the block's
    range, the second the share of pixels near the darkest or lightest.
    """
    parts = blocks(plane[None]).reshape(-1, 64)
    low, high = parts.min(axis=1, keepdims=True), parts.max(axis=1, keepdims=True)
    edged = (high - low)[:, 0] > 25
    if np.count_nonzero(edged) <= 5:
        return 0.15, 0.5
    unit = (parts[edged] - low[edged]) / (high - low)[edged]
    light = unit > 0.5
    lights = np.count_nonzero(light, axis=1)[:, None]
    upper = (unit * light).sum(axis=1, keepdims=True) / lights
    lower = (unit * ~light).sum(axis=1, keepdims=True) / (64 - lights)
    rest = unit - np.where(light, upper, lower)
    spread = np.sqrt((rest**2).mean(axis=1)).mean()
    return float(spread), float((np.abs(unit - 0.5) > 0.35).mean())

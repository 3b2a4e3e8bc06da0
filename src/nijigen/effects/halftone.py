"""Halftone: redraw a picture as a printed screen of dots, lines or rings."""

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color, rgb
from nijigen.effects._inks import (
    PROCESS,
    separation,
    tones_of,
    transmittance,
)
from nijigen.effects._screen import Bytes, Screen, bands
from nijigen.imaging.color_spaces import to_code, to_linear
from nijigen.imaging.masks import masked

# Classic offset angles are C 15, M 75, Y 0, K 45: 30 degrees between the strong inks, with the
# weak yellow in between. Stored relative to black, so that the whole set can be rotated.
_TURNS = (-30.0, 30.0, -45.0, 0.0)
_LUMA = {False: (0.299, 0.587, 0.114), True: (0.2126, 0.7152, 0.0722)}


@operation(alpha="carry", version=1)
def halftone(
    picture: Picture,
    mask: Picture | None = None,
    *,
    cell: Annotated[float, Setting(ge=2, le=64, unit="px", step=0.5)] = 8,
    shape: Literal[
        "dot", "ellipse", "diamond", "square", "line", "cross", "ring", "spiral"
    ] = "dot",
    mode: Literal["mono", "duotone", "cmyk"] = "mono",
    angle: Annotated[float, Setting(ge=-180, le=180, unit="°", step=1)] = 45,
    ink: Color = "#000000",
    second: Annotated[Color, Setting(shown_when={"mode": "duotone"})] = "#e8505b",
    paper: Color = "#ffffff",
    contrast: Annotated[float, Setting(ge=0, le=4, unit="×", step=0.05)] = 1,
    gamma: Annotated[float, Setting(ge=0.2, le=5, step=0.05)] = 1,
    solid: Annotated[int, Setting(ge=0, le=100, unit="%")] = 0,
    softness: Annotated[float, Setting(ge=0, le=8, unit="px", step=0.1)] = 1,
    tone: Annotated[Literal["perceptual", "linear"], Setting(advanced=True)] = "perceptual",
    black: Annotated[
        float, Setting(ge=0, le=1, step=0.05, advanced=True, shown_when={"mode": "cmyk"})
    ] = 0.5,
    center_x: Annotated[float, Setting(ge=0, le=100, unit="%", advanced=True)] = 50,
    center_y: Annotated[float, Setting(ge=0, le=100, unit="%", advanced=True)] = 50,
    run: Run = SILENT,
) -> Picture:
    """Redraw the picture as a printed screen of dots, lines or rings.

    The tone is exact: the mean over a flat gray is that gray, for every shape. The result is
    gray if picture, ink and paper are all gray, and RGB otherwise.

    Args:
        picture: Any size.
        mask: Where to apply the screen: white is screened, black is left unchanged, gray is
            blended. It is resized to the picture.
        cell: Distance between two dots, lines or rings. For a print at 300 dpi with 60 lines per
            inch, as in manga, use 300 / 60 = 5.
        shape: Shape of the dots. ``ring`` and ``spiral`` run around the center of the picture.
        mode: Inks: one; two, the second of which fills the midtones; or the four process
            inks, at angles of 15, 75, 0 and 45 degrees for C, M, Y and K.
        angle: Screen angle, of black in ``cmyk``; the other inks keep their relative angles.
        ink: Color of the ink in ``mono`` and ``duotone``. If it is lighter than the paper, it
            prints the highlights.
        second: Second ink of ``duotone``.
        paper: Color of the paper.
        contrast: Above 1 increases contrast, below 1 reduces it.
        gamma: Above 1 lightens the midtones, below 1 darkens them.
        solid: Pixels darker than this are printed solid, so that thin lines do not break up into
            dots; 20 to 40 suits line art and manga.
        softness: Width of a dot's edge; 1 is antialiased, 0 is hard, for plotters and printing:
            a cell then has only as many tones as pixels.
        tone: What is preserved on average: the stored values, as viewers, printers and other
            halftone programs do, or the amount of light, which looks right on a display from afar.
        black: How much gray is printed with black instead of C, M and Y; 0 is none, 1 is all.
        center_x: Center of rings and spirals, from the left.
        center_y: Center of rings and spirals, from the top.

    Raises:
        SettingsError: A setting is out of range.

    Source: Ulichney, Digital Halftoning, 1987 (ordered dither by equalized thresholds);
        Holladay, An optimum algorithm for halftone generation, 1980 (rotated screens);
        Demichel, 1924 (mean color of overlapping screens).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture, get
        >>> gray = Picture(np.full((64, 64), 128, np.uint8))
        >>> screened = get("effects.halftone")(gray, cell=8, angle=0)
        >>> round(float(screened.pixels.mean()))
        128
    """
    run.result_size(picture.size)
    linear = tone == "linear"
    curve = _curve(contrast, gamma)
    plan = _Plan(picture, shape, cell, softness, angle, (center_x, center_y))
    neutral = len(set(rgb(ink))) == 1 and len(set(rgb(paper))) == 1
    gray_out = mode == "mono" and neutral and picture.channels == 1
    height, width = picture.height, picture.width
    result = np.empty((height, width, 1 if gray_out else 3), np.uint8)
    for rows in bands(height, width):
        run.progress(rows.start / height)
        band = curve.take(picture.pixels[rows])
        lines = _solid(band, solid, linear)
        if mode == "cmyk":
            inks = PROCESS
            tones = tones_of(_rgb(band), separation(black, linear))
            screens = plan.four
        elif mode == "duotone":
            inks = (rgb(second), rgb(ink))
            tones = _two_tones(_light(band, linear), inks, linear)
            screens = plan.two
        else:
            inks, screens = (rgb(ink),), plan.one
            light = _light(band, linear)
            lighter = _luma(rgb(ink), linear) > _luma(rgb(paper), linear)
            tones = (_levels(light if lighter else 1 - light),)
            lines = None if lighter else lines
        covered = [
            screen.coverage(level, rows.start) for screen, level in zip(screens, tones, strict=True)
        ]
        if lines is not None:
            covered[-1] = np.maximum(covered[-1], lines)
        if mode == "mono":
            result[rows] = _mixture(rgb(ink), rgb(paper), linear)[:, : result.shape[2]].take(
                covered[0], axis=0
            )
        else:
            result[rows] = _overprint(covered, inks, rgb(paper), linear)
    run.progress(1)
    screened = picture.with_pixels(result)
    return screened if mask is None else masked(picture, screened, mask)


class _Plan:
    """The screens of one, two or four inks."""

    def __init__(
        self,
        picture: Picture,
        shape: str,
        cell: float,
        softness: float,
        angle: float,
        center: tuple[float, float],
    ) -> None:
        x, y = picture.width * center[0] / 100, picture.height * center[1] / 100
        # Concentric rings never cross: the inks would overprint everywhere and change the colors.
        # So the other inks are centered outside the picture.
        far = float(np.hypot(picture.width, picture.height)) * 0.6

        def screen(turn: float, apart: float | None = None) -> Screen:
            at = (x, y)
            if apart is not None:
                way = np.deg2rad(apart)
                at = (x + far * float(np.cos(way)), y + far * float(np.sin(way)))
            return Screen(shape, cell, softness, angle + turn, at)

        self.one = (screen(0),)
        self.two = (screen(30, 90), screen(0))
        places = (210.0, 330.0, 90.0, None)
        self.four = tuple(map(screen, _TURNS, places))


def _curve(contrast: float, gamma: float) -> Bytes:
    value = np.arange(256) / 255
    bent = ((value - 0.5) * contrast + 0.5).clip(0, 1) ** (1 / gamma)
    curve: Bytes = (bent * 255 + 0.5).astype(np.uint8)
    return curve


def _rgb(band: Bytes) -> Bytes:
    return band if band.shape[2] == 3 else np.repeat(band, 3, axis=2)


def _light(band: Bytes, linear: bool) -> NDArray[np.float32]:
    """Return the lightness of each pixel, 0 to 1, in stored or in linear values."""
    codes = np.arange(256) / 255
    value = (to_linear(codes) if linear else codes).astype(np.float32)
    if band.shape[2] == 1:
        return value.take(band[:, :, 0])
    weights = _LUMA[linear]
    light = value.take(band[:, :, 0]) * np.float32(weights[0])
    for channel in (1, 2):
        light += value.take(band[:, :, channel]) * np.float32(weights[channel])
    return light


def _luma(color: tuple[int, int, int], linear: bool) -> float:
    return float(np.dot(transmittance(color, linear), _LUMA[linear]))


def _levels(share: NDArray[np.float32]) -> Bytes:
    levels: Bytes = (share * np.float32(255) + np.float32(0.5)).clip(0, 255).astype(np.uint8)
    return levels


def _two_tones(
    light: NDArray[np.float32], inks: tuple[tuple[int, int, int], ...], linear: bool
) -> tuple[Bytes, Bytes]:
    """Print all tones with the first ink, and what it cannot darken with the second."""
    first, second = (1 - _luma(ink, linear) for ink in inks)
    fill = _levels(1 - light)
    left = 1 - fill.astype(np.float32) * np.float32(first / 255)
    rest = (1 - light / np.maximum(left, 1e-6)) / max(second, 1e-6)
    return fill, _levels(rest)


def _solid(band: Bytes, limit: int, linear: bool) -> Bytes | None:
    if limit == 0:
        return None
    light = _light(band, False)
    # A ramp over a tenth of the range gives lines an antialiased edge.
    ramp = (np.float32(limit / 100 + 0.05) - light) * np.float32(10)
    return _levels(ramp)


def _mixture(ink: tuple[int, int, int], paper: tuple[int, int, int], linear: bool) -> Bytes:
    """Return the color of a pixel by its coverage, ``uint8 (256, 3)``."""
    share = np.arange(256)[:, None] / 255
    below, above = transmittance(paper, linear), transmittance(ink, linear)
    mixed = below + (above - below) * share
    table: Bytes = ((to_code(mixed) if linear else mixed) * 255 + 0.5).astype(np.uint8)
    return table


def _overprint(
    covered: list[Bytes],
    inks: tuple[tuple[int, int, int], ...],
    paper: tuple[int, int, int],
    linear: bool,
) -> Bytes:
    """Overprint transparent inks: each absorbs part of the light that the others let through."""
    result = np.empty((*covered[0].shape, 3), np.uint8)
    shares = [layer.astype(np.float32) for layer in covered]
    white = transmittance(paper, linear)
    left = [transmittance(ink, linear) for ink in inks]
    encoded = (to_code(np.arange(4096) / 4095) * 255 + 0.5).astype(np.uint8)
    for channel in range(3):
        value = np.full(shares[0].shape, white[channel], np.float32)
        for share, through in zip(shares, left, strict=True):
            value *= 1 - share * np.float32((1 - through[channel]) / 255)
        if linear:
            result[:, :, channel] = encoded.take((value * 4095 + 0.5).astype(np.uint16))
        else:
            result[:, :, channel] = value * 255 + np.float32(0.5)
    return result

"""Halftone: redraw a picture as a printed screen of dots, lines or rings."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Artwork
from nijigen.core.drawing import Drawing
from nijigen.core.errors import SettingsError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import RGB, Color, rgb
from nijigen.effects._halftone.inks import (
    PROCESS,
    separation,
    tones_of,
    transmittance,
)
from nijigen.effects._halftone.screen import Bytes, Screen, bands
from nijigen.effects._halftone.shapes import raster_of
from nijigen.effects._halftone.tones import by_part, sheets
from nijigen.effects._halftone.vectors import Layer, svg_of
from nijigen.imaging.color_spaces import to_code, to_linear
from nijigen.imaging.masks import masked

# Classic offset angles are C 15, M 75, Y 0, K 45: 30 degrees between the strong inks, with the
# weak yellow in between. Given relative to black, so that the whole set can be rotated.
_ANGLE_OF_CMYK = Setting(
    ge=-90, le=90, unit="°", step=1, advanced=True, shown_when={"mode": "cmyk"}
)
_NAMES = ("cyan", "magenta", "yellow", "black")
_LINES = 30
"""What ``solid`` is in screentone, whose lines are always drawn: in percent."""
_LUMA = {False: (0.299, 0.587, 0.114), True: (0.2126, 0.7152, 0.0722)}


@operation(alpha="carry", version=1)
def halftone(
    picture: Picture,
    mask: Picture | None = None,
    dot: Artwork | None = None,
    parts: Picture | None = None,
    *,
    cell: Annotated[float, Setting(ge=2, le=64, unit="px", step=0.5)] = 8,
    lpi: Annotated[float | None, Setting(ge=10, le=300, unit="lpi", step=5)] = None,
    dpi: Annotated[int, Setting(ge=72, le=4800, unit="dpi", advanced=True)] = 300,
    shape: Literal[
        "dot",
        "ellipse",
        "diamond",
        "square",
        "star",
        "cross",
        "line",
        "ring",
        "spiral",
        "stochastic",
        "own",
    ] = "dot",
    mode: Literal["mono", "duotone", "cmyk", "screentone"] = "mono",
    angle: Annotated[float, Setting(ge=-180, le=180, unit="°", step=1)] = 45,
    cyan_angle: Annotated[float, _ANGLE_OF_CMYK] = -30,
    magenta_angle: Annotated[float, _ANGLE_OF_CMYK] = 30,
    yellow_angle: Annotated[float, _ANGLE_OF_CMYK] = -45,
    second_angle: Annotated[
        float,
        Setting(ge=-90, le=90, unit="°", step=1, advanced=True, shown_when={"mode": "duotone"}),
    ] = 30,
    wobble: Annotated[float, Setting(ge=0, le=1, step=0.05, shown_when={"shape": "line"})] = 0,
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
    marks: Annotated[bool, Setting(advanced=True)] = False,
    center_x: Annotated[float, Setting(ge=0, le=100, unit="%", advanced=True)] = 50,
    center_y: Annotated[float, Setting(ge=0, le=100, unit="%", advanced=True)] = 50,
    run: Run = SILENT,
) -> Picture | Drawing:
    """Redraw the picture as a printed screen of dots, lines or rings.

    The tone is exact: the mean over a flat gray is that gray, for every shape. The result is
    gray if picture, ink and paper are all gray, and RGB otherwise.

    Args:
        picture: Any size.
        mask: Where to apply the screen: white is screened, black is left unchanged, gray is
            blended. It is resized to the picture.
        dot: The dot of the shape ``own``, an SVG for example: dark on light, or what is opaque.
        parts: For screentone: a picture in which every part, such as hair, has a flat color of its
            own; each part gets one tone. It is resized to the picture.
        cell: Distance between two dots, lines or rings.
        lpi: Lines per inch of the print, instead of ``cell``: 60 or 75 in manga, 133 to 175 in
            magazines. The SVG then has the size of the print.
        dpi: Pixels per inch of the print; ``lpi`` refers to it.
        shape: Shape of the dots. ``ring`` and ``spiral`` run around the center of the picture;
            ``stochastic`` scatters equal dots of a quarter of the cell evenly, without a lattice.
        mode: Inks: one; two, the second of which fills the midtones; the four process inks, at
            angles of 15, 75, 0 and 45 degrees for C, M, Y and K; or ``screentone``: one ink in
            the flat tones of sheets for manga, 5 % and 10 to 90 %, with solid lines.
        angle: Screen angle, of black in ``cmyk``; the other inks keep their relative angles.
        cyan_angle: Angle of cyan, relative to ``angle``.
        magenta_angle: Angle of magenta, relative to ``angle``.
        yellow_angle: Angle of yellow, relative to ``angle``.
        second_angle: Angle of the second ink of ``duotone``, relative to ``angle``.
        wobble: How much lines waver, as if drawn by hand.
        ink: Color of the ink in ``mono`` and ``duotone``. If it is lighter than the paper, it
            prints the highlights.
        second: Second ink of ``duotone``.
        paper: Color of the paper.
        contrast: Above 1 increases contrast, below 1 reduces it.
        gamma: Above 1 lightens the midtones, below 1 darkens them.
        solid: Pixels darker than this are printed solid, so that thin lines do not break up into
            dots; 20 to 40 suits line art and manga. In screentone, 0 stands for 30.
        softness: Width of a dot's edge; 1 is antialiased, 0 is hard, for plotters and printing:
            a cell then has only as many tones as pixels.
        tone: What is preserved on average: the stored values, as viewers, printers and other
            halftone programs do, or the amount of light, which looks right on a display from afar.
        black: How much gray is printed with black instead of C, M and Y; 0 is none, 1 is all.
        marks: Print trim marks at the corners and registration marks at the sides in every ink, on
            a larger sheet; in an SVG.
        center_x: Center of rings and spirals, from the left.
        center_y: Center of rings and spirals, from the top.

    Returns:
        The screened picture; without transparency and mask it can be saved as SVG, with a path for
        each ink.

    Raises:
        SettingsError: A setting is out of range, or the shape is ``own`` and there is no dot.
        InputError: The parts are not flat colors.

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
    if shape == "own" and dot is None:
        raise SettingsError(
            "the shape own needs a picture of a dot", "give it as dot", field="shape"
        )
    plan = _Plan(
        picture,
        Screen(
            shape,
            max(2.0, dpi / lpi) if lpi else cell,
            softness,
            angle,
            (picture.width * center_x / 100, picture.height * center_y / 100),
            wobble,
            raster_of(dot.shown()) if dot is not None and shape == "own" else b"",
        ),
    )
    if mode == "cmyk":
        screens = plan.four((cyan_angle, magenta_angle, yellow_angle, 0.0))
    else:
        screens = plan.two(second_angle) if mode == "duotone" else plan.one
    inks = _Inks(mode, rgb(ink), rgb(second), rgb(paper), linear, black)
    limit = solid or (_LINES if mode == "screentone" else 0)
    job = _Job(picture, inks, _curve(contrast, gamma), limit, parts)
    neutral = len(set(rgb(ink))) == 1 and len(set(rgb(paper))) == 1
    gray_out = inks.single and neutral and picture.channels == 1
    height, width = picture.height, picture.width
    result = np.empty((height, width, 1 if gray_out else 3), np.uint8)
    for rows in bands(height, width):
        run.progress(rows.start / height)
        tones, lines = job.tones(rows)
        covered = [
            screen.coverage(level, rows.start) for screen, level in zip(screens, tones, strict=True)
        ]
        if lines is not None:
            covered[-1] = np.maximum(covered[-1], lines)
        if inks.single:
            mixture = _mixture(inks.ink, inks.paper, linear)[:, : result.shape[2]]
            result[rows] = mixture.take(covered[0], axis=0)
        else:
            result[rows] = _overprint(covered, inks.colors, inks.paper, linear)
    run.progress(1)
    if mask is not None:
        return masked(picture, picture.with_pixels(result), mask)

    def svg() -> str:
        tones, lines = job.tones(slice(0, height))
        names = _NAMES if mode == "cmyk" else ("second", "ink")[-len(screens) :]
        layers = [
            Layer(name, color, screen, level, lines if number == len(screens) - 1 else None)
            for number, (name, color, screen, level) in enumerate(
                zip(names, inks.colors, screens, tones, strict=True)
            )
        ]
        return svg_of(layers, picture.size, inks.paper, dpi if lpi else None, marks=marks)

    screened = picture.with_pixels(result)
    return Drawing(result, picture.info, svg=svg, artwork=lambda: Artwork.of(screened, "halftone"))


@dataclass(frozen=True)
class _Inks:
    mode: str
    ink: RGB
    second: RGB
    paper: RGB
    linear: bool
    black: float

    @property
    def single(self) -> bool:
        return self.mode in ("mono", "screentone")

    @property
    def colors(self) -> tuple[tuple[int, int, int], ...]:
        if self.mode == "cmyk":
            return PROCESS
        return (self.second, self.ink) if self.mode == "duotone" else (self.ink,)


class _Job:
    """The tones of each ink in the rows of a picture."""

    def __init__(
        self, picture: Picture, inks: _Inks, curve: Bytes, solid: int, parts: Picture | None
    ) -> None:
        self._pixels, self._inks, self._curve, self._solid = picture.pixels, inks, curve, solid
        self._straight = bool((curve == np.arange(256)).all())
        self._flat: NDArray[np.float32] | None = None
        if inks.mode == "screentone" and parts is not None:
            light = _light(curve.take(picture.pixels), inks.linear)
            self._flat = by_part(1 - light, parts)

    def tones(self, rows: slice) -> tuple[tuple[Bytes, ...], Bytes | None]:
        """Return the tone of each ink, and what is printed solid with the last."""
        inks, linear = self._inks, self._inks.linear
        band = self._pixels[rows]
        band = band if self._straight else self._curve.take(band)
        lines = _solid(band, self._solid, linear)
        if inks.mode == "cmyk":
            return tones_of(_rgb(band), separation(inks.black, linear)), lines
        light = _light(band, linear)
        if inks.mode == "duotone":
            return _two_tones(light, inks.colors, linear), lines
        if inks.mode == "screentone":
            flat = sheets(1 - light) if self._flat is None else self._flat[rows]
            return (_levels(flat),), lines
        lighter = _luma(inks.ink, linear) > _luma(inks.paper, linear)
        return (_levels(light if lighter else 1 - light),), None if lighter else lines


class _Plan:
    """The screens of one, two or four inks."""

    def __init__(self, picture: Picture, screen: Screen) -> None:
        self._screen = screen
        # Concentric rings never cross: the inks would overprint everywhere and change the colors.
        # So the other inks are centered outside the picture.
        self._far = float(np.hypot(picture.width, picture.height)) * 0.6

    @property
    def one(self) -> tuple[Screen, ...]:
        return (self._screen,)

    def two(self, turn: float) -> tuple[Screen, ...]:
        return (self._turned(turn, 90), self._screen)

    def four(self, turns: tuple[float, ...]) -> tuple[Screen, ...]:
        places = (210.0, 330.0, 90.0, None)
        return tuple(map(self._turned, turns, places))

    def _turned(self, turn: float, apart: float | None) -> Screen:
        x, y = self._screen.center
        if apart is not None:
            way = np.deg2rad(apart)
            x, y = x + self._far * float(np.cos(way)), y + self._far * float(np.sin(way))
        return replace(self._screen, angle=self._screen.angle + turn, center=(x, y))


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
    value, passed = (np.empty_like(shares[0]) for _ in range(2))
    for channel in range(3):
        value.fill(white[channel])
        for share, through in zip(shares, left, strict=True):
            if through[channel] == 1:
                continue
            np.multiply(share, np.float32((through[channel] - 1) / 255), out=passed)
            passed += 1
            value *= passed
        if linear:
            result[:, :, channel] = encoded.take((value * 4095 + 0.5).astype(np.uint16))
        else:
            value *= 255
            value += 0.5
            result[:, :, channel] = value
    return result

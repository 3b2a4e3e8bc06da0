"""Colors described by numbers instead of a profile: gAMA and cHRM of PNG, CICP of PNG and AVIF.

Bright parts of HDR pictures (PQ and HLG) are compressed smoothly so that they fit into sRGB.

Source: PNG Specification, third edition (W3C, 2025); ITU-T H.273 (2021) for the code points;
ITU-R BT.1886 for the gamma of television, BT.2100 for PQ and HLG, BT.2408 for 203 nits as the white
of a page.
"""

from __future__ import annotations

import struct

import numpy as np

from nijigen.core.run import Note
from nijigen.imaging.codecs.icc import Curve, Floats, MatrixProfile
from nijigen.imaging.color_spaces import to_linear

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of white, red, green and blue."""

_D65 = (0.3127, 0.3290)
_BT709: Chromaticities = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_PRIMARIES: dict[int, Chromaticities] = {
    1: _BT709,
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
_UNSPECIFIED, _SRGB, _LINEAR, _PQ, _HLG = 2, 13, 8, 16, 18
_CAMERA = (1, 6, 14, 15)
"""Transfer functions of television, all of BT.709; a screen shows them with a gamma of 2.4."""
_GAMMAS = {4: 2.2, 5: 2.8, 17: 2.6} | dict.fromkeys(_CAMERA, 2.4)
_WHITE, _PEAK = 203.0, 1000.0
"""Nits of white paper, and of the brightest part that is kept."""
_LEAST_GAMMA = 0.05
"""Share by which a gamma must differ from that of sRGB to count, as in libpng and browsers."""
_KNEE = 0.8
"""Light up to here is not compressed, where 1 is white."""
# Cone responses of the Bradford adaptation.
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_D50 = np.array([0.96422, 1.0, 0.82521])


def from_gamma(gamma: bytes | None, chromaticities: bytes | None) -> MatrixProfile | None:
    """Return the colors of the chunks gAMA and cHRM; None for sRGB, or if they make no sense.

    As in browsers, chromaticities count only beside a gamma, and a gamma near 1/2.2 without them
    stands for sRGB: many programs wrote it into every file. So it does with the chromaticities of
    sRGB, although browsers darken such files slightly: these are the values that the standard
    recommends to write beside the chunk sRGB, for programs that do not know it.
    """
    if gamma is None or len(gamma) != 4:
        return None
    value = struct.unpack(">I", gamma)[0] / 100_000
    if not 0.01 <= value <= 100:
        return None
    places = _BT709
    if chromaticities is not None and len(chromaticities) == 32:
        places = tuple(number / 100_000 for number in struct.unpack(">8I", chromaticities))
    is_srgb = max(abs(a - b) for a, b in zip(places, _BT709, strict=True)) < 0.001
    if is_srgb and abs(2.2 * value - 1) < _LEAST_GAMMA:
        return None
    return _profile(places, _power(1 / value))


def from_code_points(
    primaries: int, transfer: int, *, camera_as_srgb: bool = False
) -> MatrixProfile | None:
    """Return the colors of code points; None for sRGB and for unknown ones.

    Args:
        primaries: Code point of the primaries.
        transfer: Code point of the transfer function.
        camera_as_srgb: Take the function of television for sRGB, as browsers do for everything
            that is coded like video.
    """
    places = _PRIMARIES.get(1 if primaries == _UNSPECIFIED else primaries)
    if transfer in _CAMERA and camera_as_srgb:
        transfer = _SRGB
    curve = _curve(_SRGB if transfer == _UNSPECIFIED else transfer)
    if places is None or curve is None or (places == _BT709 and curve is to_linear):
        return None
    return _profile(places, curve, hdr=transfer in (_PQ, _HLG))


def notes_on(profile: MatrixProfile | None) -> tuple[Note, ...]:
    """Return what a conversion to sRGB loses."""
    if profile is None or profile.tone is None:
        return ()
    return (Note("color", "the bright parts of HDR were compressed to fit into sRGB"),)


def _curve(transfer: int) -> Curve | None:
    """Return the function from code values to light, where 1 is the white of a page."""
    if transfer == _SRGB:
        return to_linear
    if transfer == _LINEAR:
        return lambda code: code
    if transfer in _GAMMAS:
        return _power(_GAMMAS[transfer])
    return {_PQ: _pq, _HLG: _hlg}.get(transfer)


def _power(exponent: float) -> Curve:
    return lambda code: np.maximum(code, 0.0) ** exponent


def _pq(code: Floats) -> Floats:
    low, high = 0.8359375, 18.8515625
    root = code ** (1 / 78.84375)
    light: Floats = np.maximum(root - low, 0) / (high - 18.6875 * root)
    return 10_000 / _WHITE * light ** (1 / 0.1593017578125)


def _hlg(code: Floats) -> Floats:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    # The display's gamma, here applied to each channel instead of to luminance.
    return _PEAK / _WHITE * scene**1.2


def _compressed(light: Floats) -> Floats:
    """Compress light above the knee so that the peak becomes 1; hues stay."""
    most = light.max(axis=-1, keepdims=True)
    above = np.maximum(most - _KNEE, 0) / (1 - _KNEE)
    peak = (_PEAK / _WHITE - _KNEE) / (1 - _KNEE)
    shoulder = above * (1 + above / peak**2) / (1 + above)
    wanted: Floats = np.minimum(most, _KNEE) + (1 - _KNEE) * shoulder
    scale: Floats = wanted / np.maximum(most, 1e-9)
    return light * scale


def _profile(places: Chromaticities, curve: Curve, *, hdr: bool = False) -> MatrixProfile | None:
    try:
        matrix = _to_xyz(places)
    except (np.linalg.LinAlgError, ZeroDivisionError):
        return None
    if not np.isfinite(matrix).all():
        return None
    return MatrixProfile((curve,) * 3, matrix, tone=_compressed if hdr else None)


def _to_xyz(places: Chromaticities) -> Floats:
    """Return the matrix from linear RGB to XYZ, its white adapted to D50."""
    points = np.array(
        [[x / y, 1.0, (1 - x - y) / y] for x, y in zip(places[0::2], places[1::2], strict=True)]
    )
    white, columns = points[0], points[1:].T
    own = columns * np.linalg.solve(columns, white)
    cones = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    adapted: Floats = np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD @ own
    return adapted

"""Eye designs: shapes of lids, iris, lashes and highlights that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IrisLook = Literal["glow", "crescent", "rayed", "ringed", "flat", "jewel", "deep", "soft"]
Lights = Literal["oval", "round", "bar", "pair", "sparkle", "drop", "small", "ring"]
Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class EyeDesign:
    """One way of drawing an eye.

    Lids are curves from the inner corner (0) to the outer one (1), in shares of the width and
    height of the eye; heights point down from the middle.

    Attributes:
        upper: The upper lid of an open eye, 7 knots with both corners.
        lower: The lower lid, 5 knots between the corners.
        width: Relative to the person's eyes.
        height: Relative to the person's eyes.
        iris: Width of the iris relative to the person's.
        cut: Share of the height of the iris that the upper lid hides.
        look: How the iris is painted.
        lights: Form of the highlights.
        lash: Weight of the upper lash.
        wing: How far the lash reaches beyond the outer corner, outwards and up, in head units.
        spikes: Single lashes: place along the lid, length in head units, lean outwards.
        lower_lash: Weight of the lower lash.
        fold: Distance of the fold above the lid, in head units; 0 is none.
    """

    upper: Curve
    lower: Curve
    width: float = 1.0
    height: float = 1.0
    iris: float = 1.0
    cut: float = 0.16
    look: IrisLook = "glow"
    lights: Lights = "oval"
    lash: float = 1.0
    wing: tuple[float, float] = (3.0, -1.5)
    spikes: tuple[tuple[float, float, float], ...] = ((0.9, 5.0, 0.9),)
    lower_lash: float = 1.0
    fold: float = 5.0


_BOWL = ((0.1, 0.3), (0.29, 0.42), (0.52, 0.45), (0.75, 0.4), (0.92, 0.26))
_FLAT = ((0.12, 0.28), (0.31, 0.37), (0.54, 0.39), (0.77, 0.33), (0.93, 0.18))
_SLANT = ((0.12, 0.34), (0.31, 0.41), (0.54, 0.4), (0.77, 0.29), (0.94, 0.08))
_SAG = ((0.1, 0.24), (0.28, 0.38), (0.51, 0.45), (0.75, 0.45), (0.93, 0.37))

EYES = {
    "round": EyeDesign(
        ((0, 0.14), (0.07, -0.18), (0.23, -0.44), (0.48, -0.55), (0.73, -0.46), (0.93, -0.17),
         (1, 0.12)), _BOWL, 0.96, 1.0, 1.16, 0.14, "glow", "oval", 1.0, (2.0, -3.0),
        ((0.9, 5.0, 0.8),)),
    "big": EyeDesign(
        ((0, 0.18), (0.05, -0.18), (0.2, -0.47), (0.46, -0.57), (0.74, -0.5), (0.95, -0.2),
         (1, 0.14)), _BOWL, 1.0, 1.1, 1.24, 0.12, "crescent", "pair", 1.12, (2.5, -3.0),
        ((0.88, 5.5, 0.8), (0.97, 4.5, 1.2))),
    "almond": EyeDesign(
        ((0, 0.2), (0.11, -0.14), (0.29, -0.4), (0.53, -0.5), (0.76, -0.41), (0.93, -0.17),
         (1.02, 0.02)), _FLAT, 1.04, 0.84, 1.05, 0.2, "soft", "oval", 0.95, (5.0, 0.5),
        ((0.93, 5.0, 1.3),), 0.8),
    "cat": EyeDesign(
        ((0, 0.3), (0.09, -0.06), (0.27, -0.37), (0.52, -0.53), (0.79, -0.52), (0.96, -0.3),
         (1.03, -0.12)), _SLANT, 1.03, 0.92, 1.09, 0.14, "ringed", "drop", 1.1, (6.0, 4.0),
        ((0.9, 7.0, 1.1), (0.8, 5.0, 0.9)), 1.0),
    "droopy": EyeDesign(
        ((0, 0.04), (0.07, -0.25), (0.24, -0.48), (0.46, -0.53), (0.7, -0.4), (0.92, -0.04),
         (1, 0.26)), _SAG, 1.0, 0.9, 1.13, 0.18, "glow", "round", 1.0, (3.0, -4.5),
        ((0.86, 5.5, 1.2), (0.95, 5.0, 1.8)), 1.0),
    "sharp": EyeDesign(
        ((0, 0.3), (0.12, -0.04), (0.31, -0.3), (0.55, -0.44), (0.79, -0.43), (0.96, -0.26),
         (1.05, -0.1)), _SLANT, 1.08, 0.74, 0.93, 0.22, "flat", "small", 1.05, (5.5, 1.5),
        ((0.95, 4.5, 1.6),), 0.7, 4.5),
    "sleepy": EyeDesign(
        ((0, 0.12), (0.07, -0.1), (0.23, -0.23), (0.47, -0.27), (0.73, -0.24), (0.93, -0.07),
         (1, 0.14)), _BOWL, 1.02, 0.98, 1.14, 0.32, "deep", "small", 1.15, (3.5, -2.5),
        ((0.9, 4.5, 1.2),), 0.9, 7.0),
    "narrow": EyeDesign(
        ((0, 0.26), (0.13, -0.1), (0.31, -0.36), (0.55, -0.46), (0.77, -0.4), (0.94, -0.2),
         (1.03, 0.0)), _FLAT, 1.0, 0.6, 0.8, 0.24, "flat", "small", 0.95, (5.0, 0.0), (), 0.5, 4.0),
    "doe": EyeDesign(
        ((0, 0.18), (0.06, -0.14), (0.21, -0.45), (0.45, -0.58), (0.72, -0.53), (0.94, -0.25),
         (1.02, 0.06)), _BOWL, 0.95, 1.08, 1.22, 0.12, "deep", "oval", 1.2, (4.0, -0.5),
        ((0.78, 5.5, 0.5), (0.88, 6.5, 0.8), (0.97, 6.0, 1.2)), 1.2),
    "fierce": EyeDesign(
        ((0, 0.3), (0.12, 0.08), (0.3, -0.15), (0.55, -0.36), (0.8, -0.5), (0.97, -0.42),
         (1.05, -0.2)), _SLANT, 1.04, 0.74, 0.96, 0.24, "ringed", "bar", 1.2, (6.0, 3.0),
        ((0.94, 6.0, 1.3),), 0.9, 4.5),
    "soft": EyeDesign(
        ((0, 0.12), (0.09, -0.17), (0.26, -0.42), (0.48, -0.51), (0.71, -0.43), (0.91, -0.14),
         (1, 0.14)), _BOWL, 0.98, 0.92, 1.11, 0.16, "soft", "round", 0.72, (2.0, -1.5),
        (), 0.6, 4.5),
    "small": EyeDesign(
        ((0, 0.14), (0.1, -0.18), (0.28, -0.42), (0.5, -0.5), (0.72, -0.42), (0.9, -0.16),
         (1, 0.1)), _BOWL, 0.8, 0.72, 0.82, 0.18, "flat", "small", 0.9, (2.5, -1.0), (), 0.5, 4.0),
    "sanpaku": EyeDesign(
        ((0, 0.22), (0.1, -0.12), (0.28, -0.33), (0.53, -0.4), (0.77, -0.36), (0.95, -0.18),
         (1.03, 0.0)), _BOWL, 1.05, 0.86, 0.75, 0.3, "flat", "small", 1.0, (4.5, 0.5),
        ((0.95, 4.5, 1.3),), 0.9),
    "sparkling": EyeDesign(
        ((0, 0.2), (0.05, -0.16), (0.2, -0.46), (0.45, -0.58), (0.73, -0.55), (0.95, -0.29),
         (1.03, 0.02)), _BOWL, 1.0, 1.1, 1.25, 0.1, "jewel", "sparkle", 1.15, (5.5, 2.0),
        ((0.72, 5.5, 0.4), (0.83, 7.0, 0.7), (0.92, 7.5, 1.0)), 1.3, 6.0),
}  # fmt: skip

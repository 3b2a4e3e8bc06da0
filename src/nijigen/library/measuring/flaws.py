"""Flaws: what is measured of a picture's pixels, and from where on it is a flaw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.imaging.assessment import assess
from nijigen.imaging.sharpness import edge_width, enlargement

Measures = Mapping[str, float]
NAMES = ("blur", "enlarged", "content", "missing", "jpeg", "drawn", "gray")
"""What :func:`measure` returns."""
Flaw = Literal["blurred", "enlarged", "one color", "truncated", "extreme shape", "tiny"]
_VIEW = 1024
"""Longer side that pictures are looked at with, for whether they are blurred."""
_DIFFERENT = 16
"""Levels of a channel."""


@dataclass(frozen=True)
class Limit:
    """From where on a measure is a flaw."""

    measure: str
    value: float
    above: bool
    unit: str
    """What the measure is, for people."""

    def is_passed(self, value: float) -> bool:
        """Return whether a value is a flaw."""
        return value >= self.value if self.above else value < self.value


LIMITS: dict[Flaw, Limit] = {
    "blurred": Limit("blur", 1.4, True, "width of the sharpest edges in pixels, at 1024 pixels"),
    "enlarged": Limit("enlarged", 2, True, "times the size that shows all it has"),
    "one color": Limit("content", 0.0002, False, "share of pixels of another color"),
    "truncated": Limit("missing", 0.02, True, "share of rows that are missing"),
    "extreme shape": Limit("shape", 6, True, "times as long as wide"),
    "tiny": Limit("side", 64, False, "pixels of the shorter side"),
}
"""`benchmarks/cleaning.py` measures how often each is right, and wrong."""


def measure(picture: Picture) -> dict[str, float]:
    """Return the measures of a picture. Takes about 0.2 s.

    Args:
        picture: Any size.
    """
    found = assess(picture)
    luma = picture.reduced().rgb().gray().pixels[:, :, 0].astype(np.float32)
    measures = {
        "enlarged": float(enlargement(luma)),
        "content": _content(picture),
        "missing": _missing(picture) if picture.info.format == "jpeg" else 0.0,
        "jpeg": float(found.jpeg_quality or 100),
        "drawn": found.drawn,
        "gray": float(found.gray),
    }
    width = edge_width(_view(luma))
    # Without any edge there is nothing to say.
    measures["blur"] = 0.0 if width is None else width
    return measures


def flaws(size: tuple[int, int], measures: Measures) -> dict[Flaw, float]:
    """Return the flaws of a picture, each with its figure.

    Args:
        size: Its width and height.
        measures: As :func:`measure` returns them; what is missing is not judged.
    """
    every = {**measures, "shape": max(size) / min(size), "side": float(min(size))}
    found = {
        flaw: every[limit.measure]
        for flaw, limit in LIMITS.items()
        if limit.measure in every and limit.is_passed(every[limit.measure])
    }
    if "blurred" in found or "one color" in found:
        # Both lack detail in any size.
        found.pop("enlarged", None)
    return found


def _view(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    height, width = luma.shape
    scale = _VIEW / max(height, width)
    if scale >= 1:
        return luma
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.float32)


def _content(picture: Picture) -> float:
    """Return the share of pixels that are not of the most frequent color.

    Of pictures with alpha, white lines on nothing are content too.
    """
    pixels = picture.reduced().pixels
    step = max(1, max(pixels.shape[:2]) // 2048)
    pixels = pixels[::step, ::step].astype(np.int16)
    planes = [pixels[:, :, -1:]] if pixels.shape[2] == 4 else []
    planes.append(picture.reduced().rgb().pixels[::step, ::step].astype(np.int16))
    return max(_differing(plane) for plane in planes)


def _differing(plane: NDArray[np.int16]) -> float:
    usual = np.array(
        [np.bincount(plane[:, :, c].ravel()).argmax() for c in range(plane.shape[2])], np.int16
    )
    return float((np.abs(plane - usual).max(2) > _DIFFERENT).mean())


def _missing(picture: Picture) -> float:
    """Return the share of the rows at the bottom that decoders fill with gray."""
    apart = np.abs(picture.reduced().rgb().pixels.astype(np.int16) - 128).max((1, 2))
    filled = np.flatnonzero(apart > 1)
    last = int(filled[-1]) + 1 if len(filled) else 0
    return 1 - last / picture.height

"""AnimeFace 2009, available if the package ``animeface`` is installed.

The package reads the memory of Pillow images by a struct layout that Pillow 12 changed: since then
it silently finds nothing. So it is passed a struct in the old layout, independent of Pillow, and
must first pass a self-test with a face that we drew.

Source: nya3jp/python-animeface (Apache-2.0) around nagadomi's nvxs (MIT); the layout is that of
``ImagingMemoryInstance`` in Pillow 4.2, which its wheels are built with.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import ModelError
from nijigen.core.extras import install
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._settings import Query
from nijigen.faces._values import MOST_FACES, Box, Face

SCALE = 1.33
"""Our face box over its own, which goes from the brows to the chin: the median of 44 real faces."""
KNOWN = Path(__file__).with_name("self_test.png")
KNOWN_FACE = (80, 93)
"""A point between the eyes and the chin in that picture, which ``generate.character`` drew."""
LARGEST = 4096
"""Longer side of its input: it takes 40 bytes and a microsecond per pixel."""


class _Image(ctypes.Structure):
    """Mimics Pillow's old image struct."""

    _fields_ = (
        ("mode", ctypes.c_char * 7),
        ("type", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bands", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("palette", ctypes.c_void_p),
        ("rows8", ctypes.c_void_p),
        ("rows32", ctypes.c_void_p),
        ("rows", ctypes.c_void_p),
    )


def detect(page: Page, query: Query, run: Run) -> list[Face]:
    """Find faces; the confidence is AnimeFace's likelihood.

    Raises:
        ModelError: The package is not installed, or does not find the face in a known picture.
    """
    _tested()
    scale = min(1.0, LARGEST / max(page.width, page.height))
    width, height = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    pixels = page.pixels if scale == 1 else page.resized(width, height)
    faces = []
    for result in raw(pixels):
        left, top, side_x, side_y = (v / scale for v in result["face_box"])
        box = Box(left, top, left + side_x, top + side_y).scaled(SCALE)
        likelihood = min(max(float(result["likelihood"]), 0.0), 1.0)
        if likelihood >= query.confidence and box.side >= (query.smallest or 0):
            faces.append(Face(box=box, confidence=likelihood))
    run.progress(1)
    return faces[:MOST_FACES]


def raw(pixels: NDArray[np.uint8]) -> list[dict[str, Any]]:
    """Return the package's raw result for uint8 ``(H, W, 3)``.

    Raises:
        ModelError: It is not installed, or this Python has another object layout.
    """
    try:
        from animeface import _nvxs
    except ImportError:
        raise ModelError("animeface is not installed", f"run: {install('animeface')}") from None
    height, width = pixels.shape[:2]
    # It slides windows of at least 43 pixels and reads smaller pictures out of bounds.
    if min(height, width) < 64:
        return []
    wide = np.zeros((height, width, 4), np.uint8)
    wide[:, :, :3] = pixels
    rows = wide.ctypes.data + np.arange(height, dtype=np.uint64) * np.uint64(wide.strides[0])
    image = _Image(b"RGB", 0, 8, 3, width, height, None, None, rows.ctypes.data, rows.ctypes.data)
    # A ctypes object starts with the address of its data, just as Pillow's does with that of its
    # image. Check before relying on it: a wrong address would crash the process.
    begin = ctypes.c_void_p.from_address(id(image) + object.__basicsize__).value
    if begin != ctypes.addressof(image):
        raise ModelError("animeface does not work with this Python", "use engine nijigen")
    try:
        found: list[dict[str, Any]] = _nvxs.detect(image)
    except NotImplementedError:
        raise ModelError(
            "animeface has no library for this platform", "use engine nijigen"
        ) from None
    return found


@cache
def _tested() -> None:
    """Raise unless the package finds the single face of a known picture."""
    found = raw(Picture.open(KNOWN).rgb().pixels)
    boxes = [result["face_box"] for result in found]
    x, y = KNOWN_FACE
    if not any(left <= x <= left + w and top <= y <= top + h for left, top, w, h in boxes):
        raise ModelError(
            "animeface failed its self-test: it finds no face in a picture that has one",
            "run: pip install --force-reinstall --no-deps animeface, or use engine nijigen",
        )

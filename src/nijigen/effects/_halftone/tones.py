"""Screentone: the flat tones of manga, for a picture or for each of its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.imaging.resize import resize

Floats = NDArray[np.floating[Any]]
SHEETS = np.array([0, 5, *range(10, 100, 10), 100]) / 100
"""Tones that are sold as sheets; lighter than 2.5 % is paper, darker than 95 % is solid."""
_MOST_PARTS = 4096


def sheets(dark: Floats) -> NDArray[np.float32]:
    """Return the nearest tone of a sheet for each darkness from 0 to 1."""
    middles = (SHEETS[1:] + SHEETS[:-1]) / 2
    return SHEETS.astype(np.float32)[np.searchsorted(middles, dark)]


def by_part(dark: Floats, parts: Picture) -> NDArray[np.float32]:
    """Return the tone of a sheet for each part, from the mean of its darkness.

    Raises:
        InputError: The parts are a picture with gradients.
    """
    height, width = dark.shape
    colors = resize(parts.reduced(), (width, height), "nearest").pixels
    codes = colors.astype(np.uint32) @ (256 ** np.arange(colors.shape[2], dtype=np.uint32))
    distinct, number = np.unique(codes, return_inverse=True)
    if len(distinct) > _MOST_PARTS:
        raise InputError(
            f"the parts have {len(distinct)} colors", "use flat colors, one for each part"
        )
    number = number.ravel()
    mean = np.bincount(number, dark.ravel()) / np.bincount(number)
    return sheets(mean)[number].reshape(height, width)

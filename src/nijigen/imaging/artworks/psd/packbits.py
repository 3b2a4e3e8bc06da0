"""PackBits, the run-length coding of PSD, with Pillow's coders.

Source: TIFF 6.0, section 9.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from nijigen.imaging.codecs.content import RUNS, check_filled, damaged

_OFFSETS, _COUNTS = 273, 279


def packed(plane: NDArray[np.uint8]) -> tuple[list[int], bytes]:
    """Return the packed length of every row of ``(H, W)`` bytes, and the packed rows."""
    file = io.BytesIO()
    # A TIFF with one row per strip has the offset of each row.
    Image.fromarray(plane).save(file, "TIFF", compression="packbits", strip_size=1)
    data = file.getvalue()
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(data)).tag_v2
    places = list(zip(tags[_OFFSETS], tags[_COUNTS], strict=True))
    return [count for _, count in places], b"".join(data[at : at + count] for at, count in places)


def unpacked(data: bytes, height: int, width: int) -> NDArray[np.uint8]:
    """Return ``(height, width)`` bytes.

    Raises:
        BadPicture: The code is wrong or ends too early.
    """
    check_filled(height * width, len(data), RUNS, f"{width}×{height} bytes")
    try:
        image = Image.frombytes("L", (width, height), data, "packbits", "L")
    except ValueError as error:
        raise damaged("the run-length code of its pixels is wrong") from error
    return np.asarray(image)

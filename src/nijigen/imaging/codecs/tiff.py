"""Reading TIFF with Pillow and libtiff, with 8 or 16 bits a sample."""

from __future__ import annotations

import io
import re
import struct

import numpy as np
from PIL import TiffImagePlugin

from nijigen.core.errors import InputError, UnsupportedFormat
from nijigen.core.run import Note
from nijigen.imaging.codecs import exif, tiff_samples
from nijigen.imaging.codecs import tiff_directory as tags
from nijigen.imaging.codecs.content import (
    DEFLATE,
    LZW,
    RUNS,
    Array,
    Content,
    check_filled,
    check_size,
    cut_off,
)
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import straight
from nijigen.imaging.codecs.quiet import quiet
from nijigen.imaging.codecs.tiff_damage import check_strips, refusing_damage
from nijigen.imaging.codecs.tiff_directory import Page, pages_of

_YCBCR = 6
# Raw modes of big-endian numbers, signed or float: I;16BS, I;32BS, F;32BF.
_FOREIGN = re.compile(r"^([IF];\d+)B([SF]?)$")
# What a byte can hold with no compression, LZW, deflate (two numbers) and PackBits.
_RATIOS = {1: 1, 5: LZW, 8: DEFLATE, 32946: DEFLATE, 32773: RUNS}


def read(data: bytes, *, first: bool, page: int = 0) -> Content:
    """Read one page of a TIFF, turned by its orientation tag.

    Args:
        data: The whole file.
        first: As for all formats; a page is one frame anyway.
        page: The number of the page, from 1; 0 is the first, with a note if there are more.

    Raises:
        InputError: There is no such page.
    """
    # Pillow warns about each odd tag when it opens the file and when it turns the picture.
    with quiet():
        return _read(data, page)


def _read(data: bytes, number: int) -> Content:
    pages = pages_of(data)
    if number > len(pages):
        raise InputError(f"there is no page {number}: the TIFF has {len(pages)}")
    page = pages[max(0, number - 1)]
    _check(page, len(data))
    if number > 1:
        data = _starting_with(page, data)
    found = exif.parse(data)
    icc = page.profile or None
    content = Content([], text=found.text, dpi=found.dpi, icc=icc, history=found.history)
    if number == 0 and len(pages) > 1:
        content.notes = (Note("frames", f"of {len(pages)} pages, only the first was read"),)
    content.frames = [_pixels(page, data, icc)]
    if tiff_samples.is_special(page):
        # Pillow has turned all others.
        content.orientation = found.orientation
    return content


def _starting_with(page: Page, data: bytes) -> bytes:
    """Return the file with this page as the first one."""
    big = data[2:4] in (b"+\0", b"\0+")
    place, code = (8, "Q") if big else (4, "I")
    offset = struct.pack(page.order + code, page.offset)
    return data[:place] + offset + data[place + len(offset) :]


def _check(page: Page, size: int) -> None:
    """Reject a page whose pixels are not all there, or that is too large."""
    pieces = page.pieces
    if any(start + length > size for start, length in pieces):
        raise cut_off("a part of the pixels of the TIFF is missing")
    width, height = page.size
    ratio = _RATIOS.get(page.number(tags.COMPRESSION, 1))
    if ratio is not None:
        bits = min(page.numbers.get(tags.BITS) or (1,))
        # The colors of YCbCr are there for some pixels only.
        samples = 1 if page.number(tags.PHOTOMETRIC) == _YCBCR else page.samples
        # Old writers leave the lengths out, or write zeros.
        packed = max(size, sum(length for _, length in pieces))
        needed = width * height * samples * bits // 8
        check_filled(needed, packed, ratio, f"{width}×{height} pixels")
    check_size(width, height, depth=page.bits)
    if tags.TILE_WIDTH in page.numbers and tags.TILE_HEIGHT in page.numbers:
        check_size(page.number(tags.TILE_WIDTH), page.number(tags.TILE_HEIGHT))


def _pixels(page: Page, data: bytes, icc: bytes | None) -> Array:
    if tiff_samples.is_special(page):
        return tiff_samples.pixels(page, data, icc)
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except (SyntaxError, TypeError) as error:
        # Complete, so the file has a feature that Pillow does not support.
        raise UnsupportedFormat(
            f"a kind of TIFF that is not read here ({error})", "convert it to PNG first"
        ) from error
    check_strips(page, data)
    _keep_byte_order(image)
    with refusing_damage(page):
        image.load()
    if image.mode.startswith("I;16"):
        values: Array = np.array(image).astype(np.uint16)
        if page.bits == 12:
            values = values << 4 | values >> 8
        if page.number(tags.PHOTOMETRIC) == 0:
            values = np.uint16(65535) - values
        return to_srgb(values[:, :, None], icc)
    return straight(image, icc)


def _keep_byte_order(image: TiffImagePlugin.TiffImageFile) -> None:
    """Do not swap the bytes of compressed numbers: libtiff unpacks them in the machine's order.

    Pillow takes this into account only for unsigned 16 bits; see
    ``findings/pillow-tiff-big-endian.sh``.
    """
    image.tile = [
        tile._replace(args=(_FOREIGN.sub(r"\1N\2", tile.args[0]), *tile.args[1:]))
        if tile.codec_name == "libtiff" and isinstance(tile.args, tuple)
        else tile
        for tile in image.tile
    ]

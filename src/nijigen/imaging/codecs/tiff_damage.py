"""Damaged strips of TIFF: libtiff and libjpeg fill them with something and only print a line.

Pillow passes nothing of it on, so the lines are caught where they are printed.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

import numpy as np

from nijigen.imaging.codecs import tiff_directory as tags
from nijigen.imaging.codecs.content import damaged
from nijigen.imaging.codecs.tiff_directory import Page

_HUFFMAN, _GROUP_3, _GROUP_4, _JPEG = 2, 3, 4, 7
_FAX = (_HUFFMAN, _GROUP_3, _GROUP_4)
_END_OF_FAX, _END_OF_JPEG = "000000000001" * 2, b"\xff\xd9"
_ZEROS = bytes(16)
"""No code has so many zero bits; group 3 may be filled up with them."""
_FROM_LIBTIFF = (b"Fax", b"CCITT", b"TIFF", b"LZW", b"ZIP", b"PackBits", b"JPEG")
_FROM_LIBJPEG = (b"Corrupt JPEG", b"Premature end", b"Invalid", b"Unsupported", b"Bogus")


@contextlib.contextmanager
def refusing_damage(page: Page) -> Iterator[None]:
    """Load the pixels of a page in this block, and reject it if libtiff complains.

    Raises:
        BadPicture: A strip is damaged.
    """
    if page.number(tags.COMPRESSION, 1) not in _FAX:
        yield
        return
    lines: list[bytes] = []
    with _printed(lines, _FROM_LIBTIFF):
        yield
    if lines:
        raise damaged(lines[0].decode(errors="replace").strip().rstrip("."))


def check_strips(page: Page, data: bytes) -> None:
    """Reject a page with damaged fax or JPEG strips.

    Raises:
        BadPicture: A strip was overwritten by zeros, has no end, or libjpeg complains.
    """
    strips = (data[start : start + length] for start, length in page.pieces)
    compression = page.number(tags.COMPRESSION, 1)
    if compression in (_HUFFMAN, _GROUP_4):
        for strip in strips:
            _check_zeros(strip, reverse=page.number(tags.FILL_ORDER, 1) == 2)
    elif compression == _JPEG:
        _check_jpeg(page, strips)


def _check_zeros(strip: bytes, *, reverse: bool) -> None:
    """Reject zeros in the codes; libtiff takes them for the end, and fills up with white."""
    at = strip.find(_ZEROS)
    if at < 0:
        return
    last = strip[max(0, at - 8) : at]
    bits = "".join(f"{byte:08b}"[:: -1 if reverse else 1] for byte in last)
    if not bits.rstrip("0").endswith(_END_OF_FAX):
        raise damaged("a fax strip of the TIFF is overwritten by zeros")


def _check_jpeg(page: Page, strips: Iterator[bytes]) -> None:
    import cv2

    lines: list[bytes] = []
    with _printed(lines, _FROM_LIBJPEG):
        for strip in strips:
            if not strip.rstrip(b"\0").endswith(_END_OF_JPEG):
                raise damaged("a JPEG strip of the TIFF has no end")
            strip = _whole(page, strip)
            if cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_UNCHANGED) is None:
                lines.append(b"a JPEG strip cannot be read")
    if lines:
        raise damaged(lines[0].decode(errors="replace").strip().rstrip("."))


def _whole(page: Page, strip: bytes) -> bytes:
    """Return a strip as a JPEG file: with the tables that all strips share."""
    # Both begin with a start marker and end with an end marker.
    return page.tables[:-2] + strip[2:] if page.tables else strip


@contextlib.contextmanager
def _printed(lines: list[bytes], starts: tuple[bytes, ...]) -> Iterator[None]:
    """Collect the lines printed to the standard error output that start in one of these ways.

    All others are printed after the block. It is the output of the whole process, so only one
    thread at a time may do this: that is so for TIFF, which is read under one lock.
    """
    _flush()
    try:
        kept = os.dup(2)
    except OSError:
        # A process that was started without one: the next file that is opened would get its
        # number, and what libtiff prints.
        null = os.open(os.devnull, os.O_WRONLY)
        if null != 2:
            os.dup2(null, 2)
            os.close(null)
        kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            _flush()
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            for line in file:
                if line.startswith(starts):
                    lines.append(line)
                else:
                    with contextlib.suppress(OSError):
                        os.write(2, line)


def _flush() -> None:
    # It is None in a program without a console, and may be closed.
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()

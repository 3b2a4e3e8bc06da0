"""Small files that cost much, for tests of limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np
from PIL import Image

from nijigen import Picture
from nijigen.imaging.codecs.png import SIGNATURE, chunk
from nijigen.imaging.files import encode


def plain_png(width: int, height: int) -> bytes:
    """A PNG of one color, compressed as far as deflate can."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", _plain_rows(width, height))
    return b"".join((SIGNATURE, chunk(b"IHDR", header), data, chunk(b"IEND", b"")))


def _plain_rows(width: int, height: int) -> bytes:
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    return b"".join((*(packer.compress(row) for _ in range(height)), packer.flush()))


def ora_of_references(references: int, side: int = 2000) -> bytes:
    """An ORA whose list names one large file many times."""
    layers = '<layer src="data/a.png"/>' * references
    xml = f'<image w="{side}" h="{side}"><stack>{layers}</stack></image>'
    return zipped({"stack.xml": xml.encode(), "data/a.png": plain_png(side, side)})


def zipped(members: dict[str, bytes], first: str = "image/openraster") -> bytes:
    """A ZIP that begins like an ORA."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, data in members.items():
            target.writestr(name, data)
    return file.getvalue()


def gif_of_frames(frames: int) -> bytes:
    """A GIF of many frames of one pixel: 23 bytes each."""
    data = encode(Picture(np.zeros((1, 1), np.uint8)), "gif")
    start = data.index(b"\x2c\0\0\0\0\1\0\1\0")
    control = b"\x21\xf9\4\0\1\0\0\0"
    return data[:start] + (control + data[start:-1]) * frames + b";"


def apng_of_frames(frames: int, side: int) -> bytes:
    """An APNG of large plain frames."""
    packed = _plain_rows(side, side)
    parts = [
        SIGNATURE,
        chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        chunk(b"acTL", struct.pack(">II", frames, 0)),
    ]
    number = 0
    for index in range(frames):
        control = struct.pack(">IIIIIHHBB", number, side, side, 0, 0, 1, 10, 0, 0)
        parts.append(chunk(b"fcTL", control))
        number += 1
        if index == 0:
            parts.append(chunk(b"IDAT", packed))
        else:
            parts.append(chunk(b"fdAT", struct.pack(">I", number) + packed))
            number += 1
    return b"".join((*parts, chunk(b"IEND", b"")))


def jpeg_of_scans(scans: int, side: int) -> bytes:
    """A progressive JPEG that repeats its last scan, which has nothing new."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), "gray").save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"

"""Writing PNG and APNG, 8 and 16 bits a sample."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nijigen.core.history import KEY
from nijigen.imaging.codecs.canvas import changed_box
from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.modes import to_image
from nijigen.imaging.codecs.png import GRAY, RGB, RGBA, SIGNATURE, chunk, chunks
from nijigen.imaging.codecs.png_text import keyword

LEVEL, QUICK = 6, 1
"""Deflate levels: for files, and for what is viewed once."""
_LARGEST = 65535
_COLORS = {1: GRAY, 3: RGB, 4: RGBA}


def write(content: Content, level: int = LEVEL) -> bytes:
    """Write one frame as PNG, more as APNG; always lossless."""
    first = content.frames[0]
    height, width, channels = first.shape
    parts = start((width, height), channels, 8 * first.dtype.itemsize, content)
    if len(content.frames) > 1:
        parts += _animated(content)
    else:
        parts.append(chunk(b"IDAT", packed(first, level)))
    return b"".join([*parts, chunk(b"IEND", b"")])


def start(size: tuple[int, int], channels: int, depth: int, known: Content) -> list[bytes]:
    """Return all that stands before the pixels; of ``known`` only what is beside the frames."""
    header = struct.pack(">IIBBBBB", *size, depth, _COLORS[channels], 0, 0, 0)
    parts = [SIGNATURE, chunk(b"IHDR", header), chunk(b"sRGB", b"\0")]
    if known.dpi is not None:
        meter = [min(max(round(side / 0.0254), 1), 2**31 - 1) for side in known.dpi]
        parts.append(chunk(b"pHYs", struct.pack(">IIB", *meter, 1)))
    if known.history is not None:
        parts.append(_text(KEY.encode(), known.history))
    for name, text in known.text.items():
        if key := keyword(name):
            parts.append(_text(key, text))
    return parts


def _text(key: bytes, text: str) -> bytes:
    text = text.replace("\0", "")
    if key != KEY.encode():
        try:
            return chunk(b"tEXt", key + b"\0" + text.encode("latin-1"))
        except UnicodeEncodeError:
            pass
    return chunk(b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8", "replace"))


def _animated(content: Content) -> list[bytes]:
    """Return the chunks of the frames, each replacing the box that changed."""
    parts = [chunk(b"acTL", struct.pack(">II", len(content.frames), content.loop))]
    number = 0
    due = written = Fraction(0)
    for index, (frame, duration) in enumerate(zip(content.frames, content.durations, strict=True)):
        left, top, right, bottom = 0, 0, frame.shape[1], frame.shape[0]
        if index:
            changed = (frame != content.frames[index - 1]).any(axis=2)
            left, top, right, bottom = changed_box(changed)
        # From the time written so far, so that rounding errors do not accumulate.
        due += Fraction(duration, 1000)
        delay = nearest_delay(due - written)
        written += Fraction(*delay)
        fields = (number, right - left, bottom - top, left, top, *delay, 0, 0)
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", *fields)))
        number += 1
        data = packed(np.ascontiguousarray(frame[top:bottom, left:right]))
        if index:
            parts.append(chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
        else:
            parts.append(chunk(b"IDAT", data))
    return parts


def nearest_delay(seconds: Fraction) -> tuple[int, int]:
    """Return the delay nearest to a time as a fraction of two 16-bit integers."""
    near = max(seconds, Fraction(1, 1000)).limit_denominator(_LARGEST)
    if near.numerator > _LARGEST:
        # For long delays use a coarser fraction, down to whole seconds.
        near = seconds.limit_denominator(max(1, int(_LARGEST / seconds)))
    return min(near.numerator, _LARGEST), near.denominator


def packed(pixels: Array, level: int = LEVEL) -> bytes:
    """Return filtered and deflated pixels."""
    if pixels.dtype == np.uint8:
        file = io.BytesIO()
        # Of drawings, runs alone become as small as by searching, in a quarter of the time.
        way = zlib.Z_RLE if level == QUICK else zlib.Z_DEFAULT_STRATEGY
        to_image(pixels).save(file, "PNG", compress_level=level, compress_type=way)
        return b"".join(body for name, body in chunks(file.getvalue()) if name == b"IDAT")
    height, _, channels = pixels.shape
    rows = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8).reshape(height, -1)
    stream = zlib.compressobj(level)
    above = np.zeros(rows.shape[1], np.uint8)
    parts = []
    for top in range(0, height, _BAND):
        band = rows[top : top + _BAND]
        parts.append(stream.compress(_filtered(band, above, 2 * channels).tobytes()))
        above = band[-1]
    return b"".join([*parts, stream.flush()])


_BAND = 16
"""Rows that are filtered at once."""


def _filtered(rows: NDArray[np.uint8], before: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Filter each row with the smallest sum of absolute differences, like libpng."""
    wide = rows.astype(np.int16)
    above = np.concatenate([before[None], rows[:-1]]).astype(np.int16)
    left, corner = np.zeros_like(wide), np.zeros_like(wide)
    left[:, step:], corner[:, step:] = wide[:, :-step], above[:, :-step]
    to_left, to_above = np.abs(above - corner), np.abs(left - corner)
    to_corner = np.abs(left + above - 2 * corner)
    nearer = np.where(to_above <= to_corner, above, corner)
    paeth = np.where((to_left <= to_above) & (to_left <= to_corner), left, nearer)
    guesses = (np.int16(0), left, above, (left + above) >> 1, paeth)
    tried = np.stack([(wide - guess).astype(np.uint8) for guess in guesses])
    cost = np.abs(tried.view(np.int8).astype(np.int16)).sum(axis=2, dtype=np.int64)
    best = cost.argmin(axis=0)
    chosen = tried[best, np.arange(len(rows))]
    return np.concatenate([best.astype(np.uint8)[:, None], chosen], axis=1)

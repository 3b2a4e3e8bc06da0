"""Damaged files: bits of a JPEG flipped, filters of a PNG mixed up; both still decode."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.effects._glitch.options import Bytes, Moment, Options

_SCAN = b"\xff\xda"
_RESTARTS_A_PICTURE = 24
_FILTERS = 5


def jpeg(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Compress, and flip bits of the compressed data.

    Only bytes that cannot be part of a marker are changed, and to none that begins one, so that
    decoders lose their way in the blocks but never in the file. Restart markers bring them back.
    """
    random = moment.events("jpeg")
    rows = max(1, -(-image.shape[0] // 16) // _RESTARTS_A_PICTURE)
    buffer = io.BytesIO()
    Image.fromarray(image[:, :, :3]).save(
        buffer, "jpeg", quality=options.quality, restart_marker_rows=rows
    )
    content = np.frombuffer(buffer.getvalue(), np.uint8).copy()
    start = _scan_start(content.tobytes())
    body = content[start:-2]
    free = (body != 0xFF) & (np.append(0, body[:-1]) != 0xFF)
    places = np.flatnonzero(free)
    count = min(len(places), round(options.errors * options.strength))
    if count:
        chosen = random.choice(places, count, replace=False)
        flipped = body[chosen] ^ (1 << random.integers(0, 8, count)).astype(np.uint8)
        body[chosen] = np.where(flipped == 0xFF, body[chosen], flipped)
    with Image.open(io.BytesIO(content.tobytes())) as damaged:
        colors = np.asarray(damaged.convert("RGB"))
    return _with_colors(image, colors)


def _scan_start(content: bytes) -> int:
    """Return where the compressed data begins."""
    at = content.index(_SCAN)
    return at + 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])


def png(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Filter the rows of a PNG, and declare another filter for some of them."""
    random = moment.events("png")
    height, width = image.shape[:2]
    colors = np.ascontiguousarray(image[:, :, :3])
    written = np.asarray(random.integers(0, _FILTERS, height))
    declared = written.copy()
    count = min(height, round(options.errors * options.strength / 2))
    for row in random.integers(0, height, count):
        # Runs of rows: a single one would only be a scratch.
        run = slice(row, row + max(1, int(random.exponential(height / 60))))
        written[run] = random.integers(0, _FILTERS)
        declared[run] = random.choice((1, 3, 4, 0, 2), p=(0.3, 0.25, 0.25, 0.1, 0.1))
    rows = _filtered(colors, written)
    lines = np.concatenate([declared.astype(np.uint8)[:, None], rows], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(lines.tobytes(), 1)),
            (b"IEND", b""),
        )
    )
    with Image.open(io.BytesIO(content)) as damaged:
        return _with_colors(image, np.asarray(damaged.convert("RGB")))


def _filtered(colors: Bytes, filters: NDArray[np.int64]) -> Bytes:
    """Return the bytes of each row after its filter, 0 to 4."""
    height, width = colors.shape[:2]
    wide = np.zeros((height + 1, width + 1, 3), np.int16)
    wide[1:, 1:] = colors
    here, left, up, corner = wide[1:, 1:], wide[1:, :-1], wide[:-1, 1:], wide[:-1, :-1]
    guess = left + up - corner
    away = [np.abs(guess - one) for one in (left, up, corner)]
    paeth = np.where(
        (away[0] <= away[1]) & (away[0] <= away[2]), left, np.where(away[1] <= away[2], up, corner)
    )
    chosen = filters[:, None, None]
    predicted = np.select(
        [chosen == 1, chosen == 2, chosen == 3, chosen == 4], [left, up, (left + up) >> 1, paeth], 0
    )
    return ((here - predicted) & 0xFF).astype(np.uint8).reshape(height, -1)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _with_colors(image: Bytes, colors: Bytes) -> Bytes:
    result = np.array(image)
    result[:, :, :3] = colors
    return result

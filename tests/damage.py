"""Valid files of every kind that is read, and ways to damage them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from nijigen import Picture
from nijigen.core.history import History, Step
from nijigen.imaging.codecs.png import SIGNATURE
from nijigen.imaging.files import encode
from pictures import animation, artwork, drawing

EXTREMES = (0, 1, 2, 127, 255, 4096, 32767, 65535, 10**6, 2**27, 2**31 - 1, 2**31, 2**32 - 1)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    """Return a file that Pillow writes."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def kinds() -> dict[str, bytes]:
    """Return one small file of each kind, with all metadata."""
    story = History("a.png", "00", (Step("x.y", 1, {"name": "猫"}),))
    found = {}
    for format in ("png", "jpeg", "webp", "avif", "gif", "bmp", "tiff", "psd", "ora", "zip"):
        picture = drawing(channels=4).with_info(history=story, text={"Title": "x"}, dpi=(72, 72))
        found[format] = encode(picture, format)
    for format in ("apng", "gif", "webp", "avif"):
        found[f"moving {format}"] = encode(animation(3, 4), format)
    noise = np.random.default_rng(1).integers(0, 65536, (12, 9, 3), np.uint16)
    found["deep png"] = encode(Picture(noise), "png")
    found["deep tiff"] = encode(Picture(noise), "tiff")
    rgb = drawing().pil()
    found["progressive jpeg"] = saved(rgb, "JPEG", progressive=True)
    found["cmyk jpeg"] = saved(rgb.convert("CMYK"), "JPEG")
    found["palette png"] = saved(rgb.quantize(16), "PNG")
    found["palette bmp"] = saved(rgb.quantize(16), "BMP")
    found["lossless webp"] = saved(rgb, "WEBP", lossless=True)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        found[f"{compression} tiff"] = saved(rgb, "TIFF", compression=compression)
    return found


def layered() -> dict[str, bytes]:
    """Return documents with groups, clipping and masks."""
    return {f"layered {format}": encode(artwork(), format) for format in ("psd", "ora", "zip")}


def damaged(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Return a damaged file, and what was done to it; check sums are mended half of the time."""
    if data[:2] == b"PK" and chance.random() < 0.6:
        return _damaged_member(data, chance)
    damage = chance.choice(DAMAGES)
    changed = damage(data, chance)
    what = damage.__name__.strip("_")
    if data.startswith(SIGNATURE) and chance.random() < 0.5:
        return f"{what}, mended", _mended(changed)
    return what, changed


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _head(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(min(len(data), 160))] = chance.randrange(256)
    return bytes(changed)


def _number(data: bytes, chance: random.Random) -> bytes:
    """Replace a length, a size or an offset: any two or four bytes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 2)):
        size = chance.choice("HI")
        value = chance.choice(EXTREMES) % (2 ** (16 if size == "H" else 32))
        near = chance.random() < 0.6
        at = chance.randrange(max(1, (min(len(data), 240) if near else len(data)) - 4))
        packed = struct.pack(chance.choice("<>") + size, value)
        changed[at : at + len(packed)] = packed
    return bytes(changed)


def _swapped(data: bytes, chance: random.Random) -> bytes:
    size = chance.choice((4, 16, 64, 512))
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    one, other = chance.randrange(len(blocks)), chance.randrange(len(blocks))
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return b"".join(blocks)


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice((4, 40, 400)))
    return data[:end] + data[start:end] * chance.choice((1, 10, 300)) + data[end:]


def _missing(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 2, 4, 40, 400)) :]


def _zeroed(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.choice((8, 64, 512))
    end = min(len(data), start + size)
    return data[:start] + bytes([chance.choice((0, 255))]) * (end - start) + data[end:]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_cut, _flipped, _head, _number, _number, _swapped, _repeated, _missing, _zeroed),
)


def _damaged_member(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Damage a file in an archive, and pack it again with a right check sum."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    name = chance.choice([name for name, content in members.items() if content][1:])
    what, members[name] = damaged(members[name], chance)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for each, content in members.items():
            target.writestr(zipfile.ZipInfo(each), content)
    return f"{name}: {what}", file.getvalue()


def _mended(data: bytes) -> bytes:
    """Return a PNG with right check sums, as far as its chunks go."""
    changed, at = bytearray(data), len(SIGNATURE)
    while at + 12 <= len(changed):
        end = at + 8 + int.from_bytes(changed[at : at + 4], "big")
        if end + 4 > len(changed):
            break
        changed[end : end + 4] = struct.pack(">I", zlib.crc32(changed[at + 4 : end]))
        at = end + 4
    return bytes(changed)

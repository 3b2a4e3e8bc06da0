"""ICC profiles made of numbers."""

from __future__ import annotations

import struct

import numpy as np

# Colorants for D50 as Adobe RGB (1998) and Display P3 profiles have them, red, green, blue.
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
WHITE = (0.9642, 1.0, 0.8249)


def fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256)) + bytes(2)


def srgb_curve() -> bytes:
    return (
        b"para"
        + bytes(4)
        + struct.pack(">HH", 3, 0)
        + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    )


def table_curve() -> bytes:
    light = np.linspace(0, 1, 1024)
    values = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    words = (values * 65535 + 0.5).astype(">u2").tobytes()
    return b"curv" + bytes(4) + struct.pack(">I", 1024) + words


def profile(
    space: bytes, tags: dict[bytes, bytes], *, kind: bytes = b"mntr", pcs: bytes = b"XYZ "
) -> bytes:
    """Build an ICC profile."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        value += bytes(-len(value) % 4)
        table += struct.pack(">4sII", name, start + len(body), len(value))
        body += value
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"test", 0x02400000, kind, space, pcs)
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(*WHITE)
    return head.ljust(128, b"\0") + table + body


def matrix(colorants: tuple[tuple[float, ...], ...], curve: bytes) -> bytes:
    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ " + bytes(4) + fixed(*values)

    tags = {b"wtpt": xyz(WHITE)}
    for letter, values in zip((b"r", b"g", b"b"), colorants, strict=True):
        tags[letter + b"XYZ"], tags[letter + b"TRC"] = xyz(values), curve
    return profile(b"RGB ", tags)


def gray(curve: bytes) -> bytes:
    return profile(b"GRAY", {b"wtpt": b"XYZ " + bytes(4) + fixed(*WHITE), b"kTRC": curve})

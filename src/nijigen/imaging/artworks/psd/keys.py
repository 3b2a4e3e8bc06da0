"""Names and numbers of the PSD format that reading and writing share.

Source: Adobe Photoshop File Formats Specification (November 2019).
"""

from __future__ import annotations

from nijigen.core.blending import Blend

SIGNATURE = b"8BPS"
BLOCK = b"8BIM"
GRAY, RGB = 1, 3

RESOLUTION, ICC, VERSION = 1005, 1039, 1057
"""Kinds of image resource."""
HISTORY = 4242
"""Our own resource, from the range for plug-ins: 32 bytes of SHA-256 of the layers and the merged
picture, then JSON. It is ignored if the file was edited since, and the hash does not match."""

HIDDEN, NO_PIXELS = 2, 24
"""Flags of a layer: bit 1; bits 3 and 4, pixel data irrelevant to appearance."""
MASK, REAL_MASK = -2, -3
"""Ids of channels: the mask, and a second one where there is a vector mask too."""
OPEN, CLOSED, END = 1, 2, 3
"""Types of section dividers: the top of an open or closed group, or its bottom."""

MODES: dict[bytes, Blend] = {
    b"norm": "normal",
    b"mul ": "multiply",
    b"scrn": "screen",
    b"over": "overlay",
    b"dark": "darken",
    b"lite": "lighten",
    b"div ": "color-dodge",
    b"idiv": "color-burn",
    b"hLit": "hard-light",
    b"sLit": "soft-light",
    b"diff": "difference",
    b"smud": "exclusion",
    b"hue ": "hue",
    b"sat ": "saturation",
    b"colr": "color",
    b"lum ": "luminosity",
    b"lddg": "add",
    b"lbrn": "linear-burn",
    b"fsub": "subtract",
    b"fdiv": "divide",
    b"vLit": "vivid-light",
    b"lLit": "linear-light",
    b"pLit": "pin-light",
    b"hMix": "hard-mix",
    b"dkCl": "darker-color",
    b"lgCl": "lighter-color",
}
PASS = b"pass"

"""What reading and writing of Aseprite files share.

Source: the Aseprite file format specification in the documentation of Aseprite.
"""

from __future__ import annotations

from nijigen.core.blending import Blend

FILE, FRAME = 0xA5E0, 0xF1FA
LAYER, CEL, PROFILE, TAGS, PALETTE, OLD_PALETTE, TILESET = (
    *(0x2004, 0x2005, 0x2007, 0x2018, 0x2019, 0x0004, 0x2023),
)
"""Types of chunks."""
VISIBLE, BACKGROUND, REFERENCE = 1, 8, 64
"""Flags of layers."""
IMAGE, GROUP, TILES = 0, 1, 2
"""Types of layers."""
RAW, LINKED, PACKED, PACKED_TILES = 0, 1, 2, 3
"""Types of cels."""
WITH_OPACITY, WITH_GROUPS = 1, 2
"""Flags of files: opacity of layers counts, and so do opacity and blend mode of groups."""
BLENDS: tuple[Blend, ...] = (
    *("normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge"),
    *("color-burn", "hard-light", "soft-light", "difference", "exclusion", "hue", "saturation"),
    *("color", "luminosity", "add", "subtract", "divide"),
)
"""Blend modes by their numbers."""


def is_aseprite(head: bytes) -> bool:
    """Return whether the first bytes are those of an Aseprite file."""
    return head[4:6] == FILE.to_bytes(2, "little") and (
        len(head) < 134 or head[132:134] == FRAME.to_bytes(2, "little")
    )

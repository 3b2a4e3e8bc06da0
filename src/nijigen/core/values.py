"""Value types that settings may have beside numbers, texts and choices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from nijigen.core.colors import RGB, hex_of, palette_of, rgb
from nijigen.core.ports import Media, PathInText, PathKind

__all__ = [
    "PALETTE_SCHEMA",
    "RGB",
    "Color",
    "FilePath",
    "FolderPath",
    "Media",
    "Palette",
    "PathInText",
    "rgb",
]

_COLOR = {"type": "string", "format": "color"}

Color = Annotated[str, AfterValidator(hex_of), WithJsonSchema(_COLOR)]
"""A color; any notation or name goes in, ``#rrggbb`` comes out."""

PALETTE_SCHEMA = {"type": "array", "items": _COLOR, "minItems": 1, "format": "palette"}
Palette = Annotated[tuple[str, ...], BeforeValidator(palette_of), WithJsonSchema(PALETTE_SCHEMA)]
"""Colors in an order; a list, a text of colors or a name goes in, ``#rrggbb`` come out."""

FilePath = Annotated[Path, PathKind("file")]
"""A file of any kind: a port takes one that is there. Over HTTP it is an upload, or it lies under
a folder that the owner of the server registered."""

FolderPath = Annotated[Path, PathKind("folder")]
"""A folder; over HTTP one at or under a folder that the owner of the server registered."""

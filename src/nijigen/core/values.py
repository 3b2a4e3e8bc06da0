"""Value types for settings besides numbers, text and choices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from nijigen.core.colors import RGB, hex_of, palette_of, rgb
from nijigen.core.ports import Choices, Media, PathInText, PathKind

__all__ = [
    "PALETTE_SCHEMA",
    "RGB",
    "AnyPath",
    "Choices",
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
"""A color; accepts any notation or name and yields ``#rrggbb``."""

PALETTE_SCHEMA = {"type": "array", "items": _COLOR, "minItems": 1, "format": "palette"}
Palette = Annotated[tuple[str, ...], BeforeValidator(palette_of), WithJsonSchema(PALETTE_SCHEMA)]
"""Ordered colors; accepts a list, text with colors or a name, and yields ``#rrggbb`` values."""

FilePath = Annotated[Path, PathKind("file")]
"""A file of any kind; for a port it must exist. Over HTTP it is an upload, or is in a folder that
the owner of the server registered."""

AnyPath = Annotated[Path, PathKind("path")]
"""A file or a folder; over HTTP, one in a folder that the owner of the server registered."""

FolderPath = Annotated[Path, PathKind("folder")]
"""A folder; over HTTP, one that the owner of the server registered, or one inside it."""

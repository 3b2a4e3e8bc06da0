"""Value types for settings besides numbers, text and choices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from nijigen.core.colors import RGB, hex_of, palette_of, rgb
from nijigen.core.ports import Choices, MayBeEmpty, Media, PathInText, PathKind
from nijigen.core.settings import Setting

__all__ = [
    "PALETTE_SCHEMA",
    "RGB",
    "AnyPath",
    "Choices",
    "Color",
    "FileOrFolder",
    "FilePath",
    "FolderPath",
    "MayBeEmpty",
    "Media",
    "Movement",
    "Palette",
    "PathInText",
    "Seed",
    "order_schema",
    "ordered",
    "rgb",
]

_COLOR = {"type": "string", "format": "color"}

Color = Annotated[str, AfterValidator(hex_of), WithJsonSchema(_COLOR)]
"""A color; accepts any notation or name and yields ``#rrggbb``."""

PALETTE_SCHEMA = {"type": "array", "items": _COLOR, "minItems": 1, "format": "palette"}
Palette = Annotated[tuple[str, ...], BeforeValidator(palette_of), WithJsonSchema(PALETTE_SCHEMA)]
"""Ordered colors; accepts a list, text with colors or a name, and yields ``#rrggbb`` values."""

MOST_SEED = 2**31 - 1
Seed = Annotated[
    int,
    Setting(ge=0, le=MOST_SEED),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_SEED, "format": "seed"}),
]
"""Seed of random numbers; forms offer a die."""


@dataclass(frozen=True)
class Movement:
    """Used in ``Annotated[float, …]``: seconds of the clip that a still becomes; 0 is a still.

    Args:
        usual: A good length; forms offer it as a button that makes the picture move.
    """

    usual: float = 2

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Add the format and the usual length to the JSON schema."""
        made: dict[str, Any] = handler(schema)
        return {**made, "format": "movement", "examples": [self.usual]}


def ordered(given: Any) -> Any:
    """Return a list of names, which may be given as text with spaces or commas between them."""
    return tuple(re.findall(r"[^\s,;]+", given)) if isinstance(given, str) else given


def order_schema(names: tuple[str, ...]) -> WithJsonSchema:
    """Return the schema of a list of these names in any order; a name may occur several times."""
    items = {"type": "string", "enum": list(names)}
    return WithJsonSchema({"type": "array", "items": items, "format": "order"})


FilePath = Annotated[Path, PathKind("file")]
"""A file of any kind; for a port it must exist. Over HTTP it is an upload, or is in a folder that
the owner of the server registered."""

AnyPath = Annotated[Path, PathKind("path")]
"""A file or a folder; over HTTP, one in a folder that the owner of the server registered."""

FileOrFolder = Annotated[Path, PathKind("path", sent=True)]
"""The same, where the content counts and not the place: over HTTP, a file may also be an upload."""

FolderPath = Annotated[Path, PathKind("folder")]
"""A folder; over HTTP, one that the owner of the server registered, or one inside it."""

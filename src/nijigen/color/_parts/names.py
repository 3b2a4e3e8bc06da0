"""Parts of a figure: their names, and the color that a document gives one."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from nijigen.core.document import Value
from nijigen.core.values import Color

PARTS = (
    "background", "hair", "skin", "eye white", "iris", "mouth", "brow", "top", "bottom", "shoes",
    "accessory",
)  # fmt: skip
"""In the order of the network's outputs."""


def _known(part: str) -> str:
    if part not in PARTS or part == "background":
        raise ValueError(f"there is no part {part!r}; parts are {', '.join(PARTS[1:])}")
    return part


class PartColor(Value):
    """A part of a figure has this color where no hint says otherwise; for the rule ``propose``."""

    part: Annotated[str, AfterValidator(_known)]
    color: Color
    figure: Annotated[int | None, Field(ge=0, le=1000)] = None
    """Which figure, the one with the largest face first, from 0; None for all."""

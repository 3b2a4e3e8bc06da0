"""Swatch: a named color, and the interface of a file format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Swatch(NamedTuple):
    """One color of a swatch file."""

    name: str
    color: str
    """``#rrggbb``."""


class Format(Protocol):
    """Interface of each format module of this folder."""

    def accepts(self, content: bytes) -> bool:
        """Return whether the first bytes look like this format."""

    def read(self, content: bytes) -> tuple[Swatch, ...]:
        """Return the colors; raises :class:`InputError` where the file is damaged."""

    def write(self, title: str, swatches: Sequence[Swatch]) -> bytes:
        """Return the bytes of a file."""

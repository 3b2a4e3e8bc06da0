"""Limits on what one file may cost; each can be raised by an environment variable.

A limit of pixels bounds memory, the others bound what costs time without pixels. They are for files
that are decoded as a whole; clips are read frame by frame, and only the size of a frame counts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from nijigen.core.errors import InputError, PictureTooLarge


@dataclass(frozen=True)
class Limit:
    """A limit, and the environment variable that sets another."""

    variable: str
    unit: str
    default: int

    def value(self) -> int:
        """Return the limit.

        Raises:
            InputError: The variable is not a positive number.
        """
        text = os.environ.get(self.variable, "").strip()
        if not text:
            return self.default
        if not text.isdecimal() or int(text) < 1:
            raise InputError(
                f"{self.variable} is {text[:40]!r}, not a number of {self.unit}",
                f"set it to a whole number, or unset it for {self.default}",
            )
        return int(text)

    def check(self, count: int, what: str = "") -> None:
        """Reject what is over the limit.

        Args:
            count: What it takes, in :attr:`unit`.
            what: How the file gets there; by default, the count alone.

        Raises:
            PictureTooLarge: It takes more than the limit allows.
        """
        limit = self.value()
        if count > limit:
            raise PictureTooLarge(
                f"{what or f'{count:,} {self.unit}'}: the limit is {limit:,} {self.unit}",
                f"if the file can be trusted, set {self.variable}={count}",
            )

    def exceeded(self, what: str) -> PictureTooLarge:
        """Return the error for work that was stopped at the limit."""
        return PictureTooLarge(
            f"{what} {self.value():,} {self.unit}",
            f"if the file can be trusted, set {self.variable} to more",
        )


PIXELS = Limit("NIJIGEN_MAX_PIXELS", "pixels", 2**28)
"""All frames or layers of a file together, 1 GiB of RGBA; pixels of 16 bits count twice."""
FRAMES = Limit("NIJIGEN_MAX_FRAMES", "frames", 10_000)
"""Frames that are decoded at once: a few seconds, however small they are."""
LAYERS = Limit("NIJIGEN_MAX_LAYERS", "layers", 8_000)
"""Layers and groups of a document, as many as Photoshop allows."""
DEPTH = Limit("NIJIGEN_MAX_DEPTH", "levels", 64)
"""Groups within groups; Photoshop allows ten."""
MEMORY = Limit("NIJIGEN_MAX_MEMORY", "MB", 3072)
"""Resident memory of a process that decodes for the server."""
SECONDS = Limit("NIJIGEN_MAX_SECONDS", "seconds", 30)
"""CPU time in which the server decodes a file."""

ALL = (PIXELS, FRAMES, LAYERS, DEPTH, MEMORY, SECONDS)

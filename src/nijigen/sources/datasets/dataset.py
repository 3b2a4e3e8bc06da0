"""What every research data set has to offer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nijigen.core.errors import InputError
from nijigen.imaging.annotations.samples import Label, Sample

MOST_FAULTS = 100
RELEASE = "compare it with the release"


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a copy."""

    where: str
    """A file, or a place in it."""
    text: str
    hint: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}; {self.hint}"


class Faults:
    """What was found to be wrong, each once."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def add(self, where: str, text: str, hint: str = RELEASE) -> None:
        """Add one."""
        self._found.setdefault(Fault(where, text, hint))

    @property
    def kept(self) -> list[Fault]:
        """The first of them."""
        return list(itertools.islice(self._found, MOST_FAULTS))

    @property
    def count(self) -> int:
        """The number of all."""
        return len(self._found)


class Dataset(Protocol):
    """A user's copy of a data set."""

    title: str
    access: str
    """How one gets it, and what it may be used for."""
    layout: str
    """What its folder contains, in one line."""
    labels: tuple[Label, ...]
    """Of the regions of its samples."""

    def __init__(self, folder: Path) -> None:
        """Look into a folder.

        Raises:
            NotFound: It is not a copy of this data set.
        """

    def contents(self, faults: Faults) -> dict[str, int]:
        """Return what there is, by name: volumes, people, protocols."""

    def samples(self, faults: Faults) -> Iterator[Sample]:
        """Yield all pictures with their annotations; the file is None where it is missing."""


def lines_of(path: Path) -> list[str]:
    """Return the lines of a text in UTF-8 that are not empty.

    Raises:
        InputError: It cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", RELEASE) from error
    except UnicodeDecodeError:
        raise InputError("it is not text in UTF-8", RELEASE) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def size_of(path: Path | None) -> tuple[int, int] | tuple[None, None]:
    """Return width and height of a picture; nothing is known of one that cannot be read."""
    from PIL import Image

    if path is None:
        return None, None
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None, None

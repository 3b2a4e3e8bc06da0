"""FileSet: a result that is several files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from nijigen.core.errors import InputError


@dataclass(frozen=True)
class FileSet:
    """Files by name, in order: pictures, animations, artworks, texts, or data that becomes JSON.

    The command line writes them into a folder, or as one ZIP; HTTP sends the ZIP.

    Args:
        files: File name and content. A name may have folders in it, as in ``page 1/face 2.png``;
            its ending says the format of a picture.

    Raises:
        InputError: A name leads out of the folder, or stands there twice.
    """

    files: Mapping[str, Any]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.files:
            path = PurePosixPath(name)
            if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name:
                raise InputError(f"{name!r} is no name of a file in a folder")
            # Compared in small letters: Windows and macOS hold a.png and A.png to be one file.
            if name.casefold() in seen:
                raise InputError(f"two files are called {name!r}")
            seen.add(name.casefold())

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield name and content of every file."""
        return iter(self.files.items())

    def __len__(self) -> int:
        return len(self.files)

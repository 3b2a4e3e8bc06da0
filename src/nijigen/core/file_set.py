"""FileSet: a result of several files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from nijigen.core.errors import InputError


@dataclass(frozen=True)
class FileSet:
    """Files by name, in order: pictures, animations, artworks, text, or data that becomes JSON.

    The command line writes them into a folder or a ZIP; HTTP sends a ZIP.

    Args:
        files: File name and content. A name may contain folders, as in ``page 1/face 2.png``;
            its extension determines the format of a picture.

    Raises:
        InputError: A name leads out of the folder, or occurs twice.
    """

    files: Mapping[str, Any]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.files:
            path = PurePosixPath(name)
            if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name:
                raise InputError(f"{name!r} is not the name of a file in a folder")
            # Compare case-insensitively: on Windows and macOS a.png and A.png are the same file.
            if name.casefold() in seen:
                raise InputError(f"two files are called {name!r}")
            seen.add(name.casefold())

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield name and content of every file."""
        return iter(self.files.items())

    def __len__(self) -> int:
        return len(self.files)

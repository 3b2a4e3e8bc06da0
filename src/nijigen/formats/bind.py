"""Bind: combine the pages of a folder into a comic book file."""

import re
from pathlib import Path
from typing import Literal

from nijigen.core.binary import Binary
from nijigen.core.errors import InputError
from nijigen.core.operation import operation
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath

_KEPT = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif")
"""Formats that comic book readers display."""


@operation(alpha="own", version=1)
def bind(folder: FolderPath, *, format: Literal["cbz", "zip"] = "cbz", run: Run = SILENT) -> Binary:
    """Bind the pages of a folder into a comic book file, in reading order.

    The file is a CBZ. Page files are copied unchanged but renumbered, so that page 10 comes after
    page 9 in every reader; subfolders are chapters.

    Args:
        folder: All PNG, JPEG, WebP, AVIF and GIF files in it and its subfolders are pages; other
            files are skipped.
        format: Both are the same archive; comic book readers expect ``cbz``.

    Returns:
        The archive.

    Raises:
        InputError: There are no pages in the folder.
        BadPicture: A page is damaged or not a picture.

    Example:
        >>> import tempfile, pathlib, numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.bind import bind
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> Picture(np.zeros((3, 2), np.uint8)).save(folder / "page 1.png")
        >>> bind(folder).ending
        'cbz'
    """
    from nijigen.imaging.artworks.archive import pack
    from nijigen.imaging.files import read_picture

    every = [path for path in folder.rglob("*") if path.is_file() and not _hidden(path, folder)]
    pages = [path for path in every if path.suffix.lower() in _KEPT]
    pages.sort(key=lambda path: reading_order(path.relative_to(folder)))
    if not pages:
        hint = "pages are files that end in " + " ".join(_KEPT)
        raise InputError(f"there are no pages in {folder}", hint)
    skipped = sorted(path.name for path in every if path not in set(pages))
    if skipped:
        run.note("assumed", f"skipped, as they are not pages: {_some(skipped)}")
    digits = max(3, len(str(len(pages))))
    members = []
    for number, path in enumerate(pages, 1):
        run.progress(number / len(pages))
        read_picture(path)
        members.append((f"{number:0{digits}}{path.suffix.lower()}", path.read_bytes()))
    return Binary(content=pack(members), ending=format)


def reading_order(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in names by value: page 9 before page 10."""
    parts = re.split(r"(\d+)", path.as_posix().casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _some(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)

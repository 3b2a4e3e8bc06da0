"""The files to process: named directly, found in folders, or matching a pattern."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from nijigen.core.errors import InputError, NotFound, similar
from nijigen.imaging.clips.files import VIDEO_ENDINGS
from nijigen.imaging.files import READABLE, count_pages

_MOST_NAMES = 1000


@dataclass(frozen=True)
class Source:
    """A file to process, and its folder relative to the named folder."""

    path: Path
    folder: Path = Path()
    scanned: bool = False
    """Whether it was found in a folder or by a pattern, and not named directly."""
    page: int = 0
    """The page of a file of several, from 1; 0 for the whole of other files."""
    pages: int = 1
    """How many pages the file has."""

    @property
    def stem(self) -> str:
        """The name without its extension, with the number of the page."""
        number = f"-{self.page:0{len(str(self.pages))}}" if self.page else ""
        return self.path.stem + number


Refused = Callable[[InputError], None]


def _raise(error: InputError) -> None:
    raise error


def find_sources(names: Iterable[str], *, refused: Refused = _raise) -> list[Source]:
    """Return the files that names of files, folders and globs stand for; folders recursively.

    Args:
        names: Names of files and folders, and patterns.
        refused: Called for each folder that cannot be read; by default an error is raised.

    Raises:
        NotFound: A file or folder does not exist, or a pattern matches nothing.
        InputError: A folder cannot be read.
    """
    found: list[Source] = []
    reported: set[str] = set()

    def once(error: InputError) -> None:
        if error.message not in reported:
            reported.add(error.message)
            refused(error)

    for name in names:
        path = Path(name)
        try:
            is_folder, exists = path.is_dir(), path.exists()
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise InputError(f"{name[:200]} cannot be read: {reason.lower()}") from None
        if is_folder:
            found += _in_folder(path, once)
        elif exists:
            found.append(Source(path))
        elif glob.has_magic(name):
            matches = sorted(set(_matching(path, once)))
            if not matches and not reported:
                raise NotFound(f"nothing matches {name}", "quote the pattern, or check the folder")
            found += [Source(match, scanned=True) for match in matches]
        else:
            raise NotFound(f"there is no {name}", _alike(path))
    return found


def by_page(sources: Iterable[Source]) -> list[Source]:
    """Return the sources with a source for each page of a TIFF that has several.

    A file that cannot be read stays as it is: the error is reported when it is processed.
    """
    found: list[Source] = []
    for source in sources:
        pages = _pages(source.path)
        several = range(1, pages + 1) if pages > 1 and not source.page else ()
        found += [replace(source, page=page, pages=pages) for page in several] or [source]
    return found


def _pages(path: Path) -> int:
    try:
        return count_pages(path)
    except (InputError, OSError, ValueError):
        return 1


def _alike(path: Path) -> str:
    try:
        names = os.listdir(path.parent)
    except OSError:
        return ""
    # Files that could be meant: readable ones and folders.
    readable = (name for name in names if Path(name).suffix.lower() in READABLE | {""})
    return similar(path.name, sorted(readable)[:_MOST_NAMES]) or "check the path"


def _in_folder(folder: Path, refused: Refused) -> list[Source]:
    # Videos in a folder are included only if they can be read.
    endings = READABLE | VIDEO_ENDINGS if find_spec("av") else READABLE
    lost: list[InputError] = []
    files = [
        path
        for path in _walk(folder, lost.append)
        if path.suffix.lower() in endings and not path.name.startswith(".")
    ]
    for error in lost:
        refused(error)
    if not files and not lost:
        raise NotFound(f"no pictures in {folder}", "supported: " + " ".join(sorted(READABLE)))
    return [Source(path, path.relative_to(folder).parent, scanned=True) for path in sorted(files)]


def _walk(folder: Path, refused: Refused) -> Iterator[Path]:
    """Yield all files below a folder except the parts of clips that are being written."""
    waiting = [folder]
    while waiting:
        base = waiting.pop()
        for entry in _entries(base, refused):
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".nijigen-"):
                    waiting.append(base / entry.name)
            elif _is_file(entry):
                yield base / entry.name


def _matching(pattern: Path, refused: Refused) -> Iterator[Path]:
    """Yield the files that match a pattern."""
    parts = pattern.parts
    first = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    rest = [*parts[first:]]
    if rest[-1] == "**":
        rest.append("*")
    return _expanded(Path(*parts[:first]), rest, refused)


def _expanded(base: Path, parts: list[str], refused: Refused) -> Iterator[Path]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        while rest[0] == "**":
            rest = rest[1:]
        for folder in _folders_below(base, refused):
            yield from _expanded(folder, rest, refused)
    elif not glob.has_magic(part):
        path = base / part
        if rest:
            yield from _expanded(path, rest, refused)
        elif path.is_file():
            yield path
    elif base.is_dir():
        for entry in _entries(base, refused):
            if not _fits(entry.name, part):
                continue
            if rest:
                yield from _expanded(base / entry.name, rest, refused)
            elif _is_file(entry):
                yield base / entry.name


def _folders_below(base: Path, refused: Refused) -> Iterator[Path]:
    """Yield a folder and all folders below it, following links, but each folder once.

    Links may form loops, which ``glob`` follows until the path is too long.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [base]
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
        except OSError:
            continue
        if not stat.S_ISDIR(status.st_mode) or (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        yield folder
        # The last one is searched first: of two paths to a folder, the one without a link wins.
        entries = sorted(_entries(folder, refused), key=lambda entry: not entry.is_symlink())
        waiting += [folder / entry.name for entry in entries if not entry.name.startswith(".")]


def _fits(name: str, pattern: str) -> bool:
    hidden = name.startswith(".") and not pattern.startswith(".")
    return not hidden and fnmatch.fnmatch(name, pattern)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _entries(folder: Path, refused: Refused) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        refused(InputError(f"the folder {folder} cannot be read: {reason}", _HINT))
        return []


_HINT = "check its permissions, or name the folders that can be read"

"""A model of a disk that loses power: what it has of every file and folder below a root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from disk_calls import DiskCalls

Image = dict[str, bytes | None]
"""Content of every file below a root by relative path; None is a folder."""
_LINK = "/proc/self/fd/{}"


def image_of(root: Path) -> Image:
    """Return what is below a root now, which is what a killed process leaves."""
    return {
        str(path.relative_to(root)): None if path.is_dir() else path.read_bytes()
        for path in sorted(root.rglob("*"))
    }


def restore(image: Image, root: Path) -> None:
    """Make a root have exactly the content of an image."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name, content in sorted(image.items()):
        if content is None:
            (root / name).mkdir(parents=True, exist_ok=True)
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)


class PowerModel:
    """Follows the calls below a root, and knows what the disk has for certain.

    A file has the content of its last fsync, a folder the names of its last fsync. The database of
    the studio is taken to be on the disk: ``PRAGMA synchronous = FULL`` is tested apart.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        # Files stay open, so that no other gets the inode of one that was removed.
        self._held: list[int] = []
        for folder, _, files in os.walk(root):
            self._names[self._hold(folder)] = _listed(folder)
            for name in files:
                path = os.path.join(folder, name)
                self._contents[self._hold(path)] = Path(path).read_bytes()

    def close(self) -> None:
        """Release all files."""
        for file in self._held:
            os.close(file)

    def after(self, name: str, file: Any) -> None:
        """Follow a call that was made."""
        if name == "mkdir":
            self._names[self._hold(file)] = {}
        elif name == "open":
            number = file if isinstance(file, int) else file.fileno()
            inode = os.fstat(number).st_ino
            if inode not in self._contents:
                self._contents[self._hold(_LINK.format(number))] = b""
        elif name == "fsync":
            inode = os.fstat(file).st_ino
            path = os.readlink(_LINK.format(file))
            if inode in self._names:
                self._names[inode] = _listed(path)
            else:
                self._contents[inode] = Path(path).read_bytes()

    def oldest(self) -> Image:
        """Return the worst case: nothing but what was flushed, names too."""
        image: Image = {}

        def add(folder: int, path: str) -> None:
            for name, inode in self._names[folder].items():
                inner = os.path.join(path, name)
                if inode in self._names:
                    image[inner] = None
                    add(inode, inner)
                else:
                    # Without a flush, also what SQLite wrote has no certain content.
                    image[inner] = self._contents.get(inode, b"")

        add(os.stat(self._root).st_ino, "")
        return image | self._database()

    def newest_names(self) -> Image:
        """Return the other worst case: all names of now, with contents of the last flush."""
        image: Image = {}
        for path in self._root.rglob("*"):
            content = None if path.is_dir() else self._contents.get(path.stat().st_ino, b"")
            image[str(path.relative_to(self._root))] = content
        return image | self._database()

    def _database(self) -> Image:
        image: Image = {}
        for path in self._root.rglob(_DATABASE + "*"):
            for above in list(path.relative_to(self._root).parents)[:-1]:
                image[str(above)] = None
            image[str(path.relative_to(self._root))] = path.read_bytes()
        return image

    def _hold(self, path: Any) -> int:
        file = _open(path, os.O_RDONLY)
        self._held.append(file)
        return os.fstat(file).st_ino


_open = os.open
_DATABASE = "nijigen.sqlite3"


def _listed(folder: str) -> dict[str, int]:
    with os.scandir(folder) as entries:
        return {
            entry.name: entry.inode() for entry in entries if not entry.name.startswith(_DATABASE)
        }


Cut = tuple[str, Image, frozenset[str]]
"""Its description, what is left, and what had been reported as done."""


def images_of_cuts(
    root: Path, write: Callable[[Callable[[str], None]], None]
) -> dict[str, list[Cut]]:
    """Run a writer and return what it may leave if it ends before any of its calls.

    Args:
        root: The folder it writes to.
        write: The writer; it is given what it calls with the name of each thing that is done.

    Returns:
        All cuts by their kind, the one after the last call last. Equal ones are there once.
    """
    done: set[str] = set()
    seen: set[int] = set()
    found: dict[str, list[Cut]] = {}
    model = PowerModel(root)

    def cut(number: int, name: str) -> None:
        # First, since another thread may report more now.
        reported = frozenset(done)
        kinds = {
            "killed": image_of(root),
            "power cut, nothing unflushed": model.oldest(),
            "power cut, all names": model.newest_names(),
        }
        for kind, image in kinds.items():
            key = hash((frozenset(image.items()), reported))
            if key not in seen:
                seen.add(key)
                what = f"{kind} before call {number}, {name}"
                found.setdefault(kind, []).append((what, image, reported))

    calls = DiskCalls(root, cut, model.after)
    try:
        with calls.installed():
            write(done.add)
        cut(calls.count + 1, "the end")
    finally:
        model.close()
    return found

"""File sets on disk: a result of several files is written to a folder or packed as one ZIP."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.atomic import append_bytes, remove_file
from nijigen.core.binary import BinaryStream
from nijigen.core.file_set import FileSet
from nijigen.core.history import History
from nijigen.core.picture import Picture
from nijigen.core.run import Note
from nijigen.imaging.artworks.archive import pack
from nijigen.imaging.files import encode, format_of
from nijigen.imaging.losses import losses
from nijigen.jobs.batches.ledger import history_of, own_history, write_result
from nijigen.jobs.contents import as_bytes


def is_zip(path: Path) -> bool:
    """Return whether a file set with this name is a ZIP rather than a folder."""
    return path.suffix.lower() == ".zip"


def content_of(name: str, value: Any) -> bytes:
    """Return a value as the content of a file with this name.

    Raises:
        UnsupportedFormat: It is a picture, and the extension is not that of a picture format.
    """
    if isinstance(value, Picture | Animation | Artwork):
        return encode(value, format_of(PurePosixPath(name)))
    return as_bytes(value)


def as_zip(files: FileSet) -> bytes:
    """Return a ZIP of the files, byte for byte the same for the same files."""
    members = ((name, content_of(name, value), value) for name, value in files)
    return pack([(name, made) for name, made, value in members if not is_missing(made, value)])


def is_missing(content: bytes, value: Any) -> bool:
    """Return whether a file of a set could not be made, which its maker noted."""
    return isinstance(value, BinaryStream) and not content


def lost_in(files: FileSet) -> tuple[Note, ...]:
    """Return what is lost of the values when they are written, without duplicates.

    Raises:
        UnsupportedFormat: The extension of a picture's name is not that of a picture format.
    """
    notes = [
        note
        for name, value in files
        if isinstance(value, Picture | Animation | Artwork)
        for note in losses(value, format_of(PurePosixPath(name)))
    ]
    return tuple(dict.fromkeys(notes))


def write_folder(folder: Path, files: FileSet, history: History, *, overwrite: bool) -> None:
    """Write the files into a folder; other files in it are left alone.

    Raises:
        OutputError: A file is in the way that Nijigen did not make, or one cannot be written.
            Files already written are kept: the next run continues after those that have a key.
    """
    finished = _finished(folder)
    for name in files.files:
        target = folder / name
        if not overwrite and name not in finished and target.exists():
            own_history(target)
    names = []
    for name, value in files:
        key = value.key if isinstance(value, BinaryStream) else ""
        if not key or finished.get(name, ("", ""))[0] != key:
            content = content_of(name, value)
            if is_missing(content, value):
                continue
            digest = hashlib.sha256(content).hexdigest()
            own = isinstance(value, Picture | Animation | Artwork)
            write_result(folder / name, content, value.info.history if own else history)
            if key:
                append_bytes(folder / _FINISHED, f"{json.dumps([name, key, digest])}\n".encode())
        names.append(name)
    # Last: a folder with this entry is complete.
    write_result(folder / MANIFEST, _manifest(folder, names), history)
    remove_file(folder / _FINISHED)


MANIFEST = ".nijigen-files"
"""Names and hashes of the files of a set; its history is in the ledger next to it."""


def folder_history(folder: Path) -> History | None:
    """Return the history of the set in a folder; None if it is incomplete or not a set."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    for line in manifest.read_text("utf-8", "surrogateescape").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return None
    return history_of(manifest)


_FINISHED = ".nijigen-finished"
"""While a set is written: names, keys and hashes of the finished files, as lines of JSON."""


def _finished(folder: Path) -> dict[str, tuple[str, str]]:
    """Return key and hash of the files that an interrupted run finished, as they still are."""
    found = {}
    try:
        for line in (folder / _FINISHED).read_text("utf-8").splitlines():
            name, key, digest = json.loads(line)
            path = folder / name
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                found[str(name)] = str(key), str(digest)
    except (OSError, ValueError, TypeError):
        # The last line may be cut off.
        pass
    return found


def _manifest(folder: Path, names: list[str]) -> bytes:
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    ]
    return "".join(lines).encode("utf-8", "surrogateescape")

"""Origins: the source of each result, and what was written; stored on this computer only.

A result itself records the name and the checksum of its source, never the folder, because
pictures get shared. That cannot distinguish page 1 of one chapter from page 1 of another, nor
detect an edit in another program that keeps the metadata. So a list for each output folder is
kept in the user's home. If it is missing, for example after a folder was moved, the metadata of
the results decides, and in doubt nothing is replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nijigen.core.atomic import append_bytes, write_bytes
from nijigen.core.errors import NijigenError
from nijigen.core.home import Store

STORE = Store(name="batches", version=1)
_MOST_HASHES = 8
_lock = threading.Lock()
_known: dict[Path, tuple[tuple[int, int], dict[str, Origin]]] = {}
"""Lists read by this process, with the size and modification time of the file."""


@dataclass(frozen=True)
class Origin:
    """The recorded origin of one result."""

    source: str
    """The picture that it was made from, as :func:`place` returns it."""
    hashes: tuple[str, ...] = ()
    """SHA-256 of each content written, the latest last; unknown for videos and folders.
    Several, since the note is made before writing, which may fail."""
    number: int = 0
    """The ``{number}`` in its name."""


def origin_of(target: Path) -> Origin | None:
    """Return the origin of a result, or None if it is unknown."""
    return origins_in(target.parent).get(target.name)


def origins_in(folder: Path) -> dict[str, Origin]:
    """Return the origins of the results in a folder by name, without unreadable entries."""
    try:
        path = _list_of(folder, STORE.find())
        state = path.stat()
    except (OSError, ValueError, NijigenError):
        return {}
    key = (state.st_size, state.st_mtime_ns)
    with _lock:
        if path not in _known or _known[path][0] != key:
            found, lines = _read(path)
            if lines > 1000 + 4 * len(found):
                _shorten(path, found)
            _known[path] = key, found
        return _known[path][1]


def note_origin(target: Path, source: str, digest: str = "", number: int = 0) -> None:
    """Record what a result is made from, just before it is written.

    The source is what :func:`place` returned for it. Errors are ignored: they are no reason not to
    write the result.
    """
    entry: dict[str, Any] = {"file": target.name, "source": source, "sha256": digest}
    if number:
        entry["number"] = number
    with contextlib.suppress(OSError, ValueError, NijigenError):
        # A line starts with its newline, so that a line cut off by a kill does not spoil the next.
        line = "\n" + json.dumps(entry)
        append_bytes(_list_of(target.parent, STORE.open()), line.encode())


def place(path: Path, page: int = 0) -> str:
    """Return the canonical path of a file, with links resolved, and its page if it has several."""
    canonical = os.path.realpath(path)
    return f"{canonical} page {page}" if page else canonical


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def _list_of(folder: Path, store: Path) -> Path:
    return store / f"{hashlib.sha256(os.fsencode(place(folder))).hexdigest()[:32]}.jsonl"


def _read(path: Path) -> tuple[dict[str, Origin], int]:
    found: dict[str, Origin] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return {}, 0
    for line in lines:
        try:
            entry = json.loads(line)
            name, source, digest = str(entry["file"]), str(entry["source"]), entry["sha256"]
            number = int(entry.get("number", 0))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            continue
        before = found.get(name)
        hashes = before.hashes if before and before.source == source else ()
        if digest:
            hashes = (*(h for h in hashes if h != digest), str(digest))[-_MOST_HASHES:]
        found[name] = Origin(source, hashes, number)
    return found, len(lines)


def _shorten(path: Path, found: dict[str, Origin]) -> None:
    """Drop lines that later ones have replaced."""
    lines = [
        json.dumps({"file": name, "source": o.source, "sha256": digest, "number": o.number})
        for name, o in found.items()
        for digest in o.hashes or ("",)
    ]
    with contextlib.suppress(NijigenError):
        write_bytes(path, "".join("\n" + line for line in lines).encode())

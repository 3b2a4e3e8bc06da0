"""Binary: a result that is a file of any type, neither a picture nor JSON data."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from nijigen.core.atomic import move_file, refusing, replacing
from nijigen.core.disk import make_folder
from nijigen.core.lock import FolderLock
from nijigen.core.run import SILENT, Run


class Binary(BaseModel):
    """The bytes of a file; base64 in JSON, as in a job's result."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    content: bytes
    ending: str
    """Its usual file extension, without the dot."""


Pieces = Callable[[Sequence[str]], Iterator[tuple[bytes, str]]]
"""Yields the parts of a file, each with a note of one line. It is given the notes of the parts that
are finished, and yields only those after them."""


@dataclass(frozen=True, eq=False)
class BinaryStream:
    """The bytes of a file of any type, made part by part when they are asked for.

    In a :class:`~nijigen.core.file_set.FileSet`, one without parts is no file: its maker noted why.

    Args:
        pieces: Makes the parts.
        ending: Its usual file extension, without the dot.
        key: What the parts depend on. With a key, :meth:`save` resumes where it was interrupted.
        is_text: Whether it is text in UTF-8, which may be shown as it is.
    """

    pieces: Pieces
    ending: str
    key: str = ""
    is_text: bool = False

    @property
    def content(self) -> bytes:
        """The whole file."""
        return b"".join(data for data, _ in self.pieces(()))

    def save(
        self,
        path: str | os.PathLike[str],
        run: Run = SILENT,
        finished: Callable[[str], None] = lambda digest: None,
    ) -> None:
        """Write the file atomically.

        Args:
            path: The file; missing folders are created.
            run: Can cancel between two parts.
            finished: Called with the SHA-256 of the content, just before the file gets its name.

        Raises:
            InputError: Another process is writing the same file.
            OutputError: The file cannot be written; an existing file is unchanged.
            Cancelled: The user cancelled the run. With a key, the finished parts are kept, and
                saving to the same path resumes.
        """
        target = Path(path)
        if self.key:
            _save_resumably(self, target, run, finished)
            return
        digest = hashlib.sha256()
        with replacing(target) as file:
            for data, _ in self.pieces(()):
                run.check()
                with refusing(target):
                    file.write(data)
                digest.update(data)
            finished(digest.hexdigest())


def _save_resumably(
    stream: BinaryStream, path: Path, run: Run, finished: Callable[[str], None]
) -> None:
    target = Path(os.path.realpath(path))
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    folder = target.with_name(f".nijigen-{name}.part")
    with refusing(path):
        make_folder(folder)
    lock = FolderLock(folder, what=str(path), hint="write to another folder", held="wait for it")
    part = folder / "whole"
    try:
        with refusing(path), _Journal(folder / "journal", part, stream.key) as journal:
            digest = journal.digest
            for data, note in stream.pieces(journal.notes):
                journal.add(data, note)
                run.check()
        finished(digest.hexdigest())
        move_file(part, path)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()
        if not part.exists():
            # Windows cannot remove a folder with an open file, which the lock was until now.
            shutil.rmtree(folder, ignore_errors=True)


class _Journal:
    """A file that is written part by part, and a list of its finished parts.

    A line of the list has the size and the check sum of a part, and its note; the first line is the
    key. What a power cut may have taken does not match, and is written again.
    """

    def __init__(self, path: Path, whole: Path, key: str) -> None:
        self.notes: list[str] = []
        self.digest = hashlib.sha256()
        known = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
        is_known = known[:1] == [key] and whole.exists()
        self._whole = whole.open("r+b" if is_known else "wb")
        end, kept = 0, [key]
        for line in known[1:] if is_known else ():
            size, check, note = line.split(" ", 2)
            data = self._whole.read(int(size))
            if len(data) < int(size) or zlib.crc32(data) != int(check):
                break
            self.digest.update(data)
            self.notes.append(note)
            kept.append(line)
            end += len(data)
        self._whole.seek(end)
        self._whole.truncate()
        self._list = path.open("w", encoding="utf-8", newline="\n")
        self._list.write("".join(f"{line}\n" for line in kept))
        self._list.flush()

    def __enter__(self) -> _Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self._whole.close()
        self._list.close()

    def add(self, data: bytes, note: str) -> None:
        """Write a part, then its line."""
        self._whole.write(data)
        self._whole.flush()
        self.digest.update(data)
        self._list.write(f"{len(data)} {zlib.crc32(data)} {note}\n")
        self._list.flush()

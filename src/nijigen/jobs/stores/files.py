"""The files of pictures: named by the sha256 of their content, which is checked when they are read.

A file is hashed when a process first reads it, and again when its size, times or inode changed; in
between its content is trusted, so that thumbnails and previews cost one look at the folder. So
damage is noticed that another program or a repair of the file system did, and damage by the disk
at the latest after the next start.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from nijigen.core.errors import NotFound
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import discard, not_stored, place
from nijigen.jobs.stores.sidecars import Sidecar

log = logging.getLogger("nijigen.jobs")

CHUNK = 1 << 20
PICTURE_ID = re.compile(r"[0-9a-f]{64}")
_TWO = re.compile(r"[0-9a-f]{2}")

Stamp = tuple[int, int, int, int]


class PictureLost(NotFound):
    """The file of a picture is missing, or its content is not what was stored."""

    http_status = 410


class PictureFiles:
    """The picture files of a data folder, with their sidecars.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._whole: dict[str, Stamp] = {}

    def path(self, id: str) -> Path:
        """Return the path of a picture's file, which never contains user-supplied names.

        Raises:
            NotFound: The id is malformed.
        """
        if not PICTURE_ID.fullmatch(id):
            raise NotFound(f"there is no picture {id[:80]!r}")
        return self._folder.pictures / id[:2] / id

    def checked(self, id: str) -> Path:
        """Return the path of a picture's file, whose content has been checked.

        Raises:
            PictureLost: The file is missing, or has another content.
            NotFound: The id is malformed.
        """
        try:
            whole = self.is_whole(id)
        except OSError as error:
            reason = error.strerror or str(error)
            if isinstance(error, FileNotFoundError):
                reason = "missing"
            raise PictureLost(f"the file of picture {id} is {reason}", _AGAIN) from None
        if not whole:
            raise PictureLost(f"the file of picture {id} is damaged", _AGAIN)
        return self.path(id)

    def is_whole(self, id: str) -> bool:
        """Return whether the content of a file has the sha256 that is its name.

        Raises:
            OSError: It is missing or cannot be read.
        """
        path = self.path(id)
        stamp = _stamp(path)
        with self._lock:
            if self._whole.get(id) == stamp:
                return True
        if sha256_of(path) != id:
            return False
        # Taken before reading: what changed meanwhile is checked again.
        with self._lock:
            self._whole[id] = stamp
        return True

    def is_there(self, id: str) -> bool:
        """Return whether a picture has its file, with the right content."""
        try:
            return self.is_whole(id)
        except OSError:
            return False

    def place(self, file: Path, sidecar: Sidecar) -> None:
        """Move a file from the scratch folder to its place, and write its sidecar.

        Both are on the disk when this returns. A file in its place that has another content is
        moved to lost+found.

        Raises:
            OutputError: The file cannot be moved, or the sidecar cannot be written.
        """
        target = self.path(sidecar.id)
        # Read again even if it was whole before: what is uploaded again may be there to heal it.
        with self._lock:
            self._whole.pop(sidecar.id, None)
        if self.is_there(sidecar.id):
            discard(file)
        else:
            if target.exists():
                self._set_aside(target)
            place(file, target)
        self.describe(sidecar)

    def _set_aside(self, path: Path) -> None:
        try:
            aside = self._folder.set_aside(path)
        except OSError as error:
            # Not overwritten: some of it may be of use.
            raise not_stored(error) from error
        log.warning("%s was damaged and was moved to %s", path, aside)

    def describe(self, sidecar: Sidecar) -> None:
        """Write the sidecar of a picture, if it does not say the same already.

        Raises:
            OutputError: It cannot be written.
        """
        path = self.path(sidecar.id)
        if sidecars.read_or_none(path) != sidecar:
            sidecars.write(path, sidecar)

    def sidecar(self, id: str) -> Sidecar | None:
        """Return the sidecar of a picture, or None if it is missing or damaged."""
        return sidecars.read_or_none(self.path(id))

    def delete(self, id: str) -> None:
        """Delete the file of a picture, after its sidecar: alone, that would be a stray."""
        path = self.path(id)
        sidecars.path_beside(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def entries(folder: Path) -> Iterator[Path]:
    """Yield what is in the folders of two digits below a folder, and what else is beside them."""
    for path in folder.iterdir():
        if _TWO.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield from path.iterdir()
        else:
            yield path


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    # Programs can set the first time, but not the second.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


_AGAIN = "upload the same file again, which restores it: POST /api/pictures"

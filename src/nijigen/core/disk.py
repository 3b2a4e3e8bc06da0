"""Changes that survive a power failure: everything here returns once the disk has the change.

A file is durable when its content is flushed and the folder that names it is flushed too. On
Windows folders cannot be flushed; NTFS logs their changes itself.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from pathlib import Path

# What file systems answer that cannot flush a folder, and some network drives also for files.
_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# Held from creating a folder to flushing the one above it: a thread that finds a folder there
# may rely on it.
_making = threading.Lock()


def sync_file(file: int) -> None:
    """Flush the content of an open file to the disk.

    Args:
        file: Its descriptor; on Windows it must be open for writing.

    Raises:
        OSError: The disk failed, so the content may be lost.
    """
    try:
        _flush(file)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


def sync_path(path: Path) -> None:
    """Flush the content of a file that another library has written.

    Raises:
        OSError: The disk failed, or the file cannot be opened.
    """
    file = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        sync_file(file)
    finally:
        os.close(file)


def replace(source: Path, target: Path) -> None:
    """Rename a file, whose content is flushed already, to ``target`` on the same disk.

    Raises:
        OSError: It cannot be renamed; or the disk failed, and ``target`` is the old or new file.
    """
    os.replace(source, target)
    sync_folder(target.parent)


def move(source: Path, target: Path) -> None:
    """Rename a file or folder to another folder on the same disk; it is never in neither.

    Raises:
        OSError: It cannot be renamed; or the disk failed, and it is at either path.
    """
    source.rename(target)
    # In the other order a power failure in between could take the only name.
    sync_folder(target.parent)
    sync_folder(source.parent)


def is_writable(path: Path) -> bool:
    """Return whether a file, and the folder that it is in, can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def move_new(source: Path, target: Path) -> None:
    """Rename a file to ``target`` on the same disk, unless there is a file already.

    Raises:
        FileExistsError: There is.
        OSError: It cannot be renamed.
    """
    if sys.platform == "win32":
        source.rename(target)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        # File systems without hard links, such as those of memory cards.
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        move(source, target)
        return
    sync_folder(target.parent)
    source.unlink()


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Create a folder and those above it; ``Path.mkdir`` recurses, and fails 900 levels deep.

    Args:
        folder: May exist.
        mode: Permissions of the folder itself, if it is created.

    Raises:
        OSError: It cannot be created.
    """
    with _making:
        missing = []
        above = folder
        while not above.exists():
            missing.append(above)
            above = above.parent
        for each in reversed(missing):
            each.mkdir(mode if each == folder else 0o777, exist_ok=True)
            try:
                sync_folder(each.parent)
            except OSError:
                # The next attempt must not find it and rely on it.
                with contextlib.suppress(OSError):
                    each.rmdir()
                raise
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


if sys.platform == "win32":

    def sync_folder(folder: Path) -> None:
        """Do nothing: folders cannot be flushed there."""

else:

    def sync_folder(folder: Path) -> None:
        """Flush the names in a folder to the disk, where its file system supports that.

        Raises:
            OSError: The disk failed.
        """
        try:
            file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except PermissionError:
            return  # A folder may be writable without being readable.
        try:
            sync_file(file)
        finally:
            os.close(file)


if sys.platform == "darwin":

    def _flush(file: int) -> None:
        # fsync there leaves the data in the cache of the disk.
        import fcntl

        try:
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno == errno.EIO:
                raise
            os.fsync(file)  # Not every file system has the other.

else:

    def _flush(file: int) -> None:
        os.fsync(file)

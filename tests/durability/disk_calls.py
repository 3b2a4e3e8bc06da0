"""A layer between Python and the disk: counts the calls that change files, and breaks them.

It sees what goes through ``os``, ``io.open`` and ``open``, so neither SQLite nor video encoders.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ALLOCATING = {"open", "write", "mkdir", "fsync", "truncate", "sendfile"}
"""Calls that a full disk refuses; it lets files be closed, renamed and removed."""
_PATHS = ("replace", "rename", "unlink", "remove", "rmdir", "mkdir", "truncate")
_FILES = ("fsync", "write", "ftruncate", "sendfile")
_LINK = "/proc/self/fd/{}"


class DiskCalls:
    """Counts calls below a folder, from 1.

    Args:
        root: The folder; others are left alone.
        before: Called with number and name of each call; what it raises is the call's error.
        after: Called with the name of a call that was made, and its file or path.
    """

    def __init__(
        self,
        root: Path,
        before: Callable[[int, str], None] = lambda number, name: None,
        after: Callable[[str, Any], None] = lambda name, file: None,
    ) -> None:
        self.root = os.path.realpath(root)
        self.before = before
        self.after = after
        self.count = 0
        self._one_at_a_time = threading.RLock()

    def call(self, name: str, file: Any, make: Callable[[], Any]) -> Any:
        """Make a call, unless it fails."""
        with self._one_at_a_time:
            self.count += 1
            self.before(self.count, name)
            made = make()
            self.after(name, made if name == "open" else file)
            return made

    def covers(self, file: Any) -> bool:
        """Return whether a path, or an open file, is below the folder."""
        if isinstance(file, int):
            try:
                path = os.readlink(_LINK.format(file))
            except OSError:
                return False
        else:
            path = os.path.abspath(os.fsdecode(file))
        return path == self.root or path.startswith(self.root + os.sep)

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Install the layer for the block."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _PATHS + _FILES:
                patch.setattr(os, name, self._wrapped(name, getattr(os, name)))
            patch.setattr(os, "open", self._opening(os.open))
            opened = self._python_opening(io.open)
            patch.setattr(io, "open", opened)
            patch.setattr(builtins, "open", opened)
            yield

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        short = "truncate" if name == "ftruncate" else name

        def called(file: Any, *rest: Any, **more: Any) -> Any:
            relative = more.get("dir_fd") is not None
            if not relative and not self.covers(file):
                return real(file, *rest, **more)
            return self.call(short, file, lambda: real(file, *rest, **more))

        return called

    def _opening(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not writes or more.get("dir_fd") is not None or not self.covers(path):
                return real(path, flags, *rest, **more)
            made: int = self.call("open", path, lambda: real(path, flags, *rest, **more))
            return made

        return opened

    def _python_opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
            if not set(mode) & set("wax+") or not self.covers(file):
                return real(file, mode, buffering, *rest, **more)
            return self._wrapped_file(file, mode, buffering, *rest, **more)

        return opened

    def _wrapped_file(
        self,
        file: Any,
        mode: str,
        buffering: int,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        **more: Any,
    ) -> Any:
        def make() -> _File:
            return _File(self, file, mode.replace("b", "").replace("t", ""), **more)

        # What is open already was counted by os.open.
        raw = make() if isinstance(file, int) else self.call("open", file, make)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class _File(io.FileIO):
    """An open file whose writes are calls; one that fails has written half."""

    def __init__(self, calls: DiskCalls, file: Any, mode: str, **more: Any) -> None:
        super().__init__(file, mode, **more)
        self._calls = calls

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")

        def written() -> int:
            return io.FileIO.write(self, view)

        try:
            made: int = self._calls.call("write", self, written)
        except OSError:
            io.FileIO.write(self, view[: len(view) // 2])
            raise
        return made

    def truncate(self, size: int | None = None) -> int:
        made: int = self._calls.call("truncate", self, lambda: io.FileIO.truncate(self, size))
        return made

    def close(self) -> None:
        if self.closed:
            return
        try:
            self._calls.call("close", self, lambda: None)
        finally:
            super().close()


def failing_once(at: int, number: int = errno.EIO) -> Callable[[int, str], None]:
    """Return what makes one call fail."""

    def before(count: int, name: str) -> None:
        if count == at:
            raise OSError(number, os.strerror(number))

    return before


def full_from(at: int) -> Callable[[int, str], None]:
    """Return what makes the disk full from a call on."""

    def before(count: int, name: str) -> None:
        if count >= at and name in ALLOCATING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return before


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="finds open files in /proc")

"""Standard output that is closed or full: an error with an exit code, as for any other file."""

from __future__ import annotations

import errno
import io
import os
import sys

from nijigen.core.errors import OutputError

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "the file would be too big for this disk",
    errno.EIO: "the device does not work as it should",
    errno.EBADF: "standard output is closed",
}


class _Closed(io.RawIOBase):
    """A file that cannot be written."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def prepare() -> None:
    """Let writing to a standard output that is closed be an error; Python would say nothing."""
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(_Closed(), "utf-8", write_through=True)


def tolerate() -> None:
    """Let it be closed: a server need not say anything."""
    if isinstance(getattr(sys.stdout, "buffer", None), _Closed):
        abandon()


def abandon() -> None:
    """Write nothing more to standard output; Python would complain at exit."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def refusal(error: OSError) -> OutputError | None:
    """Return the error for output that could not be written; None if it is about something else.

    Files that are written by their names have errors of their own; what is left is standard
    output, and temporary files.
    """
    reason = _REASONS.get(error.errno or 0)
    if reason is None:
        return None
    text = f"the output cannot be written: {reason}"
    return OutputError(text, "free some space, or write somewhere else")

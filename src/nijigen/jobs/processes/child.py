"""The start of a process that works for the server."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1


def begin(arguments: list[str], *, quiet: bool = False) -> tuple[Path, BinaryIO, BinaryIO]:
    """Set up the process; return the folder for its files, and the pipes of messages in and out.

    Args:
        arguments: The folder, and the id of the process that started this one.
        quiet: Discard what libraries print; our own log is kept.
    """
    folder, parent = Path(arguments[0]), int(arguments[1])
    orders, answers = _taken_pipes()
    _end_with(parent)
    # Ctrl-C goes to all processes of a terminal; the server decides what happens to its work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = str(folder)
    errors = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace")
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=errors
    )
    if quiet:
        nothing = os.open(os.devnull, os.O_WRONLY)
        for output in (1, 2):
            os.dup2(nothing, output)
        os.close(nothing)
    return folder, orders, answers


def _taken_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Reserve input and output for messages: what libraries print goes to the log."""
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return orders, answers


def _end_with(parent: int) -> None:
    """Be killed when the thread that started this process ends, even if suspended: Linux only.

    If memory runs out, be killed in place of the server.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)

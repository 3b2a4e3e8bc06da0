"""Videos: their frames are decoded by a process of its own.

Of all that reads files, ffmpeg is the largest and the most often attacked. A video that ends it,
takes all memory or never gives a frame costs that process, and the file is named; what else is
added goes on. Pictures are read in this process, which is faster.
"""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nijigen.core.clip import Clip, Frame, Reducing
from nijigen.core.errors import BadPicture
from nijigen.core.limits import MEMORY, SECONDS
from nijigen.imaging.clips.video import check_installed, open_clip
from nijigen.library.workers.process import Ended, Process

_KEPT = 2
"""Processes that are kept for the next video; to start one takes half a second."""
_SKIPPED = 10
"""Frames that are skipped in a second at least."""

_idle: list[Process] = []
_lock = threading.Lock()


def open_video(path: Path) -> Clip:
    """Return the frames of a video as a stream, which another process decodes.

    Raises:
        BadPicture: It is damaged, or ends the process that decodes it.
        PictureTooLarge: A frame takes more pixels, memory or time than the limits allow.
        UnsupportedFormat: The extra ``video`` is not installed.
        OSError: It cannot be opened.
    """
    check_installed()
    with _lent(path) as process:
        clip: Clip = process.call(open_clip, path, SECONDS.value())
    return replace(clip, source=_Apart(path, clip.source))


def end_processes() -> None:
    """End the processes that wait for the next video."""
    with _lock:
        ended = [*_idle]
        _idle.clear()
    for process in ended:
        process.end()


atexit.register(end_processes)


@dataclass(frozen=True)
class _Apart:
    """The frames of a video in another process, as they are or reduced."""

    path: Path
    source: Any
    """Opens them there."""

    def __call__(self, skip: int) -> Iterator[Frame]:
        """Reopen the frames."""
        return self._frames(skip, None)

    def reduced(self, skip: int, side: int) -> Iterator[Frame]:
        """Reopen the frames, with a longer side of that many pixels unless that is not faster."""
        return self._frames(skip, side)

    def _frames(self, skip: int, side: int | None) -> Iterator[Frame]:
        seconds = SECONDS.value() + skip // _SKIPPED
        with _lent(self.path) as process:
            yield from process.items(_decoded, (self.source, skip, side), seconds)


def _decoded(given: tuple[Any, int, int | None]) -> Iterator[Frame]:
    source, skip, side = given
    if side is not None and isinstance(source, Reducing):
        return source.reduced(skip, side)
    frames: Iterator[Frame] = source(skip)
    return frames


@contextlib.contextmanager
def _lent(path: Path) -> Iterator[Process]:
    """Lend a process; what ends it becomes an error about the file."""
    process = None
    try:
        process = _taken()
        yield process
    except Ended as error:
        if error.late:
            raise SECONDS.exceeded(f"{path}: decoding a frame takes more than") from None
        raise BadPicture(
            f"{path}: the decoder crashed ({error})",
            "open it in another program, and save it again",
        ) from None
    except MemoryError:
        raise MEMORY.exceeded(f"{path}: decoding it takes more than") from None
    finally:
        if process is not None:
            _give_back(process)


def _taken() -> Process:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.alive:
                return process
            process.end()
    process = Process()
    process.call(_limit_memory, MEMORY.value())
    return process


def _give_back(process: Process) -> None:
    with _lock:
        if process.alive and len(_idle) < _KEPT:
            _idle.append(process)
            return
    process.end()


def _limit_memory(megabytes: int) -> None:
    """Let this process take so much more address space; on Linux alone."""
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    # If memory runs out, this process is to be ended in place of another.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")

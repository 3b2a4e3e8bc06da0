"""Write a clip in parts, so that an interrupted run can be resumed."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any

from nijigen.core.atomic import move_file, refusing, write_bytes
from nijigen.core.clip import Clip, Frame
from nijigen.core.disk import make_folder, sync_path
from nijigen.core.errors import BadPicture, Cancelled, OutputError, UnsupportedFormat
from nijigen.core.history import KEY
from nijigen.core.lock import FolderLock
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Note, Run
from nijigen.imaging.clips.container import PART_FRAMES, Container, Piece, Plan
from nijigen.imaging.clips.kept import SLOW, Kept
from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.modes import is_opaque, with_channels
from nijigen.imaging.losses import format_name, losses


def write_parts(
    clip: Clip, target: Path, container: Container, *, key: str = "", run: Run = SILENT
) -> tuple[Note, ...]:
    """Write a clip completely or not at all, and return what the format could not hold.

    The parts are stored in a hidden folder next to the target until all are finished. With a key
    they stay there if the run is interrupted, and a later call with the same key resumes.

    Args:
        clip: Its frames are requested one at a time.
        target: Missing folders are created.
        container: The format.
        key: What the frames depend on: source, operation, version, settings.
        run: Receives progress and notes; can cancel between two frames.

    Raises:
        UnsupportedFormat: The format does not support frames of that size.
        InputError: Another process is writing the same file.
        OutputError: The file cannot be written; an existing file is left unchanged.
        Cancelled: The user cancelled the run.
    """
    if max(clip.size) > container.longest:
        width, height = clip.size
        raise UnsupportedFormat(
            f"{format_name(container.format)} cannot hold frames of {width}×{height} pixels: "
            f"the limit is {container.longest} per side",
            "make them smaller, or write APNG",
        )
    parts = _Parts(Path(os.path.realpath(target)), container, key)
    parts.lock()
    try:
        with refusing(target):
            parts.begin()
        notes = parts.write(clip, run)
        run.check()
        move_file(parts.join(), target)
    except (Cancelled, OutputError, KeyboardInterrupt) as error:
        # Keep the finished parts: the same command resumes, for example once space was freed.
        # If the parts cannot be joined, a power cut may have damaged one: start over.
        broken = isinstance(error, OutputError) and not isinstance(error.__cause__, OSError)
        if broken or not key:
            parts.remove()
        raise
    except BaseException:
        parts.remove()
        raise
    else:
        parts.remove()
    finally:
        parts.release()
    found = tuple(dict.fromkeys((*clip.notes, *notes, *parts.notes)))
    for note in found:
        run.note(note.kind, note.text)
    return found


class _Parts:
    """The folder of parts of one target."""

    def __init__(self, target: Path, container: Container, key: str) -> None:
        # Named after the target, so that parts made with other settings are found and removed.
        name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16] if key else None
        self._folder = target.with_name(f".nijigen-{name or secrets.token_hex(8)}.part")
        self._target = target
        self._seconds, self._made = 0.0, 0
        self._container = container
        self._key = f"{container.format} {key}"
        self._pieces: list[Piece] = []
        self._plan: Plan | None = None
        self.notes: list[Note] = []
        self._lock: FolderLock | None = None
        self._removed = False

    def lock(self) -> None:
        """Create the folder, and keep other processes from writing the same file.

        Raises:
            InputError: Another process is writing it.
            OutputError: The folder cannot be created.
        """
        while True:
            with refusing(self._target):
                make_folder(self._folder)
            self._lock = FolderLock(
                self._folder,
                what=str(self._target),
                hint="free some space, or write to another folder",
                held="wait until it has ended",
            )
            self._lock.note(f"stop process {os.getpid()}")
            # The previous process may just have removed the folder together with the lock.
            if self._lock.is_there():
                return
            self._lock.release()

    def release(self) -> None:
        """Let other processes write the file."""
        if self._lock is not None:
            self._lock.release()
        if self._removed and sys.platform == "win32":
            # Windows cannot remove open files, and the lock was open until now.
            self.remove()

    def begin(self) -> None:
        """Find the finished parts, or remove parts made with other settings."""
        about = self._folder / "about.json"
        known = _json(about)
        if known.get("key") != self._key:
            for path in self._folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.name != "lock":
                    path.unlink()
            write_bytes(about, json.dumps({"key": self._key}).encode())
        while found := _json(self._file(len(self._pieces), ".json")):
            path = self._file(len(self._pieces))
            start, end = Fraction(found["start"]), Fraction(found["end"])
            self._pieces.append(Piece(path, start, end, found["frames"]))
            self.notes += [Note(*note) for note in found["notes"]]

    def write(self, clip: Clip, run: Run) -> list[Note]:
        """Write all missing parts."""
        done = sum(piece.frames for piece in self._pieces)
        kept = self._kept(len(self._pieces))
        frames = chain(kept.frames(), self._timed(_watched(clip, done + kept.count, run)))
        first = next(frames, None)
        if first is None and not self._pieces:
            raise BadPicture("the clip has no frames", "use a clip that has frames")
        depth = 16 if self._container.deep and _depth(first, self._file(0, ".json")) == 16 else 8
        self._plan, notes = plan_of(clip, self._container, depth)
        rest = chain(() if first is None else (first,), frames)
        while some := next(rest, None):
            self._write_part(chain((some,), islice(rest, PART_FRAMES - 1)))
        return notes

    def _timed(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Yield frames and add up the time they take."""
        while True:
            begun = time.monotonic()
            frame = next(frames, None)
            if frame is None:
                return
            self._seconds += time.monotonic() - begun
            self._made += 1
            yield frame

    def _kept(self, number: int) -> Kept:
        return Kept(self._file(number, ".kept"))

    def _write_part(self, frames: Iterator[Frame]) -> None:
        assert self._plan is not None
        number = len(self._pieces)
        path = self._file(number)
        notes: list[Note] = []
        with refusing(self._target):
            part = self._container.begin(path, self._plan)
        kept = self._kept(number)
        # Frames are cached from the start of the part, or not at all.
        to_keep = kept.count
        count, start, end = 0, None, Fraction(0)
        try:
            for frame in frames:
                if count == to_keep and self._seconds >= SLOW * self._made:
                    kept.keep(count, frame)
                    to_keep += 1
                pixels = _fitted(frame.picture, self._plan, self._container, notes)
                with refusing(self._target):
                    part.add(pixels, frame.start, frame.end)
                start = frame.start if start is None else start
                count, end = count + 1, frame.end
            with refusing(self._target):
                part.finish()
                sync_path(path)
        finally:
            part.close()
        assert start is not None
        notes += part.notes
        about: dict[str, Any] = {"start": str(start), "end": str(end), "frames": count}
        # A part is valid once this file exists.
        about |= {"notes": [[note.kind, note.text] for note in notes], "depth": self._plan.depth}
        write_bytes(self._file(number, ".json"), json.dumps(about).encode())
        kept.remove()
        self._pieces.append(Piece(path, start, end, count))
        self.notes += notes
        _return_memory()

    def join(self) -> Path:
        """Join the parts and return the file, still in the hidden folder."""
        assert self._plan is not None
        whole = self._folder / f"whole.{self._container.format}"
        with refusing(self._target):
            self.notes += self._container.join(self._pieces, self._plan, whole)
        return whole

    def remove(self) -> None:
        """Remove the folder and its contents."""
        self._removed = True
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, number: int, ending: str = "") -> Path:
        return self._folder / f"{number:06}{ending or '.' + self._container.format}"


def plan_of(clip: Clip, container: Container, depth: int) -> tuple[Plan, list[Note]]:
    """Return the plan for writing a clip, and notes on what the format cannot hold."""
    name, info = format_name(container.format), clip.info
    notes = []
    if clip.sound is not None and not container.sound:
        notes.append(Note("sound", f"the sound was dropped: {name} cannot hold any"))
    if clip.aspect != 1 and container.square:
        wide = f"{float(clip.aspect):.3f}"
        notes.append(Note("frames", f"the pixel aspect ratio {wide} was dropped: {name} has none"))
    if clip.loop and not container.loops:
        text = f"the loop count was dropped: {name} cannot hold it"
        notes.append(Note("frames", text))
    known = Content(
        [],
        loop=clip.loop,
        text={name: text for name, text in info.text.items() if name != KEY},
        dpi=info.dpi,
        history=info.history.to_json() if info.history.steps else None,
    )
    if info.encoding is not None:
        known.quality, known.lossless = info.encoding.quality, info.encoding.lossless
    rate = Fraction(24)
    if clip.count and clip.duration:
        rate = min(max(Fraction(clip.count) / clip.duration, Fraction(1)), Fraction(240))
    plan = Plan(
        clip.size,
        4 if clip.alpha and container.alpha else 3,
        depth,
        known,
        clip.time_base,
        clip.aspect,
        rate,
        clip.sound if container.sound else None,
    )
    return plan, notes


def _watched(clip: Clip, done: int, run: Run) -> Iterator[Frame]:
    """Yield the remaining frames and report progress."""
    for index, frame in enumerate(clip.frames(done), done + 1):
        yield frame
        if clip.count:
            run.progress(index / clip.count)
        elif clip.duration:
            run.progress(float(frame.end / clip.duration))
        else:
            run.check()


def _fitted(picture: Picture, plan: Plan, container: Container, notes: list[Note]) -> Array:
    """Convert a frame to the channels and bit depth of the file."""
    if picture.size != plan.size:
        raise BadPicture(
            f"a frame of {picture.width}×{picture.height} pixels in a clip of "
            f"{plan.size[0]}×{plan.size[1]}",
            "all frames of a clip must have the same size",
        )
    name = format_name(container.format)
    if picture.depth > plan.depth:
        picture = picture.reduced()
        _note(notes, Note("depth", f"16 bits per sample were reduced to 8 for {name}"))
    elif picture.depth < plan.depth:
        picture = picture.widened()
    if picture.channels == 4 and plan.channels == 3:
        if not is_opaque(picture.pixels):
            text = f"transparent parts were blended with white: {name} has no transparency"
            _note(notes, Note("alpha", text))
        picture = picture.rgb()
    if container.format == "gif" and not {"alpha", "color"} <= {note.kind for note in notes}:
        for note in losses(picture, "gif"):
            _note(notes, note)
    return with_channels(picture.pixels, plan.channels)


def _return_memory() -> None:
    """Return freed memory to the system.

    Encoders and networks fragment glibc's heap: by 70 MB after 10,000 frames of 720p.
    """
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _note(notes: list[Note], note: Note) -> None:
    if note not in notes:
        notes.append(note)


def _depth(first: Frame | None, known: Path) -> int:
    """Return the bit depth of the first frame, from the frame or from the first part's record."""
    remembered: int | None = _json(known).get("depth")
    if remembered is not None:
        return remembered
    return first.picture.depth if first is not None else 8


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found

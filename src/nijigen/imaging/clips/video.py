"""Read MP4, MOV, WebM, MKV and AVI as a clip, with ffmpeg."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nijigen.core.clip import Clip, Frame, Sound
from nijigen.core.errors import BadPicture
from nijigen.core.history import KEY, History
from nijigen.core.picture import Info, Picture
from nijigen.core.run import Note
from nijigen.imaging.clips._pyav import has_alpha, pyav, reading, to_array
from nijigen.imaging.clips.complete import check_complete
from nijigen.imaging.codecs.content import check_size

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_TEXTS = ("title", "artist", "comment", "copyright", "date", "description")
_LEAD = Fraction(1, 10)
"""Sound may start this much before the first frame without the clip getting a gap at its start."""


def open_clip(path: Path) -> Clip:
    """Return the frames as a stream; the header and the first frame are read immediately.

    Raises:
        BadPicture: It is damaged, or has no video track.
        PictureTooLarge: A frame has more pixels than the limit allows.
        UnsupportedFormat: The extra ``video`` is not installed.
    """
    check_complete(path)
    with reading(str(path)) as av, av.open(str(path)) as container:
        stream = _pictures(container, path)
        check_size(stream.width, stream.height)
        first = next(_decoded(av, container, stream), None)
        if first is None:
            raise BadPicture(f"{path}: damaged: no frame can be decoded", "get the file again")
        size = (first.width, first.height)
        aspect = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
        if first.rotation and round(first.rotation / 90) % 2:
            size, aspect = size[::-1], 1 / aspect
        begins = _seconds(first.pts, stream)
        sound, base = _sound(container, path, begins)
        alpha = has_alpha(first)
        duration = _duration(container, stream)
        text = {k.lower(): v for k, v in container.metadata.items() if k.lower() in _TEXTS}
        notes = _notes(container, first)
        return Clip(
            _Source(path, base, alpha),
            size,
            alpha=alpha,
            count=stream.frames or None,
            duration=duration,
            time_base=Fraction(stream.time_base) if stream.time_base else None,
            aspect=aspect,
            sound=sound,
            info=Info(text=text, history=History(path.name, _sha256(path))),
            notes=notes,
        )


def check_installed() -> None:
    """Check that videos can be read.

    Raises:
        UnsupportedFormat: The extra ``video`` is not installed.
    """
    pyav()


def history_of(path: Path) -> str | None:
    """Return the history stored in a video's metadata."""
    with reading(str(path)) as av, av.open(str(path)) as container:
        found: dict[str, str] = {k.lower(): v for k, v in container.metadata.items()}
        return found.get(KEY)


def _pictures(container: Any, path: Path) -> Any:
    found = _tracks(container)
    if not found:
        raise BadPicture(f"{path}: it has no video track that can be decoded", "give a video")
    return found[0]


def _tracks(container: Any) -> list[Any]:
    """Return the video tracks, without cover pictures and unknown codecs."""
    return [
        track
        for track in container.streams.video
        if track.codec_context is not None
        and not track.disposition & track.disposition.attached_pic
    ]


def _decoded(av: Any, container: Any, stream: Any) -> Iterator[VideoFrame]:
    tags = {name.lower(): value for name, value in stream.metadata.items()}
    if tags.get("alpha_mode") == "1":
        # ffmpeg's native VP8 and VP9 decoders ignore alpha; libvpx does not.
        name = {"vp8": "libvpx", "vp9": "libvpx-vp9"}[stream.codec_context.name]
        decoder = av.CodecContext.create(name, "r")
        decoder.extradata = stream.codec_context.extradata
        for packet in container.demux(stream):
            yield from decoder.decode(packet)
        return
    stream.thread_type = "AUTO"
    # Each thread buffers frames: two are enough next to an operation.
    stream.codec_context.thread_count = 2
    yield from container.decode(stream)


@dataclass(frozen=True)
class _Source:
    """The frames of a video, as they are or reduced."""

    path: Path
    base: Fraction
    """The timestamp of the file at which the clip begins."""
    alpha: bool

    def __call__(self, skip: int) -> Iterator[Frame]:
        """Reopen the frames."""
        return _frames(self.path, skip, self.base, alpha=self.alpha)

    def reduced(self, skip: int, side: int) -> Iterator[Frame]:
        """Reopen the frames, with a longer side of that many pixels unless that is not faster."""
        # ffmpeg would mix colors that are not seen into those that are.
        most = None if self.alpha else side
        return _frames(self.path, skip, self.base, alpha=self.alpha, side=most)


def _frames(
    path: Path, skip: int, base: Fraction, *, alpha: bool, side: int | None = None
) -> Iterator[Frame]:
    with reading(str(path)) as av, av.open(str(path)) as container:
        stream = _pictures(container, path)
        rate = Fraction(stream.average_rate or 24)
        size: tuple[int, int] | None = None
        held: VideoFrame | None = None
        start = end = Fraction(0)
        for index, frame in enumerate(_decoded(av, container, stream)):
            following = _seconds(frame.pts, stream) - base if frame.pts is not None else end
            # Damaged files count backwards.
            following = max(following, start)
            if held is not None and index > skip:
                yield _frame(held, start, following, alpha=alpha, side=side)
            if size is None:
                size = frame.width, frame.height
            if (frame.width, frame.height) != size:
                raise BadPicture(
                    f"{path}: its frame size changes in the middle",
                    "convert it to a constant size with another program",
                )
            held, start = frame, following
            own = frame.duration * Fraction(stream.time_base) if frame.duration else 1 / rate
            end = start + own
        if held is not None and index >= skip:
            yield _frame(held, start, end, alpha=alpha, side=side)


def _frame(
    frame: VideoFrame, start: Fraction, end: Fraction, *, alpha: bool, side: int | None
) -> Frame:
    return Frame(Picture(to_array(frame, alpha=alpha, side=side)), start, end - start)


def _seconds(ticks: int | None, stream: Any) -> Fraction:
    return (ticks or 0) * Fraction(stream.time_base)


def _duration(container: Any, stream: Any) -> Fraction | None:
    """Return the end of the video track, as a timestamp of the file."""
    if stream.duration:
        return _seconds((stream.start_time or 0) + stream.duration, stream)
    tags = {name.lower(): value for name, value in stream.metadata.items()}
    if ":" in tags.get("duration", ""):
        hours, minutes, seconds = tags["duration"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)
    if container.duration and not container.streams.audio:
        return Fraction(container.duration, 1_000_000)
    return None


def _sound(container: Any, path: Path, begins: Fraction) -> tuple[Sound | None, Fraction]:
    """Return the sound, and the timestamp of the file at which the clip begins."""
    tracks = [track for track in container.streams.audio if track.codec_context is not None]
    if not tracks:
        return None, begins
    starts = [_seconds(track.start_time, track) for track in tracks if track.start_time is not None]
    earliest = min(starts, default=begins)
    base = earliest if earliest < begins - _LEAD else begins
    codecs = tuple(track.codec_context.name for track in tracks)
    return Sound(path.resolve(), codecs, -base), base


def _notes(container: Any, first: VideoFrame) -> tuple[Note, ...]:
    notes = []
    if len(_tracks(container)) > 1:
        notes.append(Note("frames", "all video tracks but the first were dropped"))
    if container.streams.subtitles:
        notes.append(Note("frames", "subtitles were dropped"))
    if max(component.bits for component in first.format.components) > 8:
        notes.append(Note("depth", "the video was reduced to 8 bits per channel"))
    if first.color_trc in (16, 18):
        notes.append(Note("color", "HDR was read as if it were SDR: colors look dull"))
    return tuple(notes)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Write MP4, WebM and MOV with ffmpeg.

MP4 is H.264; WebM is VP9, with alpha if the clip has it; MOV is H.264, or ProRes 4444 for clips
with alpha. Colors are BT.709 in limited range, and tagged accordingly.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nijigen.core.history import KEY
from nijigen.core.run import Note
from nijigen.imaging.clips._pyav import BT709, LIMITED, to_frame, writing
from nijigen.imaging.clips.container import Container, Piece, Plan
from nijigen.imaging.clips.sound import sound_packets
from nijigen.imaging.clips.still import with_bled_colors
from nijigen.imaging.codecs.content import Array

VideoFormat = Literal["mp4", "webm", "mov"]
_THREADS = 2
"""Fixed, because the number of threads changes the bytes that x264 writes."""
_KEYFRAME, _PRIMARIES, _FRAME_DURATION = 1, BT709, 1 << 8
_QUALITY = 80
_LOOKAHEAD = 15
"""Frames that x264 buffers to plan ahead; at 720p its default of 30 takes 60 MB more."""


@dataclass(frozen=True)
class _Encoder:
    """Encoder settings."""

    codec: str
    pixels: str
    options: dict[str, str]
    even: bool = False
    """Width and height must be even."""


def _encoder(format: VideoFormat, plan: Plan) -> _Encoder:
    quality = _QUALITY if plan.known.quality is None else plan.known.quality
    quality = 100 if plan.known.lossless else quality
    if format == "webm":
        options = {"crf": str(round(58 - 0.4 * quality)), "b": "0", "deadline": "good"}
        options |= {"cpu-used": "4", "row-mt": "1"}
        if plan.channels == 4:
            # The encoder of the alpha plane does not support hidden frames.
            return _Encoder("libvpx-vp9", "yuva420p", options | {"auto-alt-ref": "0"})
        return _Encoder("libvpx-vp9", "yuv420p", options)
    if format == "mov" and plan.channels == 4:
        options = {"profile": "4", "vendor": "apl0", "alpha_bits": "16"}
        return _Encoder("prores_ks", "yuva444p10le", options)
    crf = str(round(45 - 0.35 * quality))
    options = {"crf": crf, "preset": "fast", "tune": "animation", "x264-params": _x264()}
    return _Encoder("libx264", "yuv420p", options, even=True)


@functools.cache
def _x264() -> str:
    """Return x264 options that save memory and make its output deterministic.

    With AVX-512 its macroblock tree reads uninitialized memory: with small frames, every run
    writes a different file. Without the tree, files of drawn films are half as large again.
    """
    known: Any = np.show_config(mode="dicts")
    found = known.get("SIMD Extensions", {}).get("found", ())
    wide = any(name.startswith(("X86_V4", "AVX512")) for name in found)
    # With B-frames the times of decoding in an MP4 end before the last picture is shown. Where
    # one is held, ffmpeg takes that for the length of the file.
    options = f"rc-lookahead={_LOOKAHEAD}:bframes=0"
    return options + (":asm=avx2" if wide else "")


class _Part:
    """The file of one part; its timestamps begin at zero."""

    def __init__(self, format: VideoFormat, path: Path, plan: Plan) -> None:
        self.notes: list[Note] = []
        self._format, self._plan = format, plan
        self._encoder = _encoder(format, plan)
        self._tick = _tick(format, plan)
        self._from: int | None = None
        self._last = -1
        with writing(format) as av:
            self._file = av.open(str(path), "w", format=format)
            self._stream = self._begun()

    def _begun(self) -> Any:
        encoder, (width, height) = self._encoder, self._plan.size
        if encoder.even and (width % 2 or height % 2):
            text = "the last row or column was duplicated: H.264 needs an even width and height"
            self.notes.append(Note("frames", text))
            width, height = width + width % 2, height + height % 2
        rate = self._plan.rate.limit_denominator(1001)
        stream = self._file.add_stream(encoder.codec, rate=rate, options=encoder.options)
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, encoder.pixels
        context.time_base = self._tick
        context.thread_count = _THREADS
        context.color_range, context.colorspace = LIMITED, BT709
        context.color_primaries, context.color_trc = _PRIMARIES, BT709
        context.flags |= _FRAME_DURATION
        if self._plan.aspect != 1:
            context.sample_aspect_ratio = self._plan.aspect
        return stream

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Encode one frame."""
        height, width = pixels.shape[:2]
        if self._encoder.even and (height % 2 or width % 2):
            pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        if pixels.shape[2] == 4:
            pixels = with_bled_colors(pixels)
        # Counted from the start of the clip, so that rounding errors do not accumulate.
        at, until = round(start / self._tick), round(end / self._tick)
        if self._from is None:
            self._from = at
        with writing(self._format):
            frame = to_frame(pixels, self._encoder.pixels)
            # Encoders refuse two frames of one moment, as some files have them.
            self._last = max(at - self._from, self._last + 1)
            frame.pts, frame.time_base = self._last, self._tick
            frame.duration = max(1, until - self._from - self._last)
            for packet in self._stream.encode(frame):
                self._file.mux(packet)

    def finish(self) -> None:
        """Flush the encoder and close the file."""
        with writing(self._format):
            for packet in self._stream.encode(None):
                self._file.mux(packet)
            self._file.close()

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def _tick(format: VideoFormat, plan: Plan) -> Fraction:
    """Return the time unit: the source's if the format can represent it."""
    if format == "webm":
        return Fraction(1, 1000)
    known = plan.time_base
    if known is not None and known.denominator <= 1_000_000:
        return Fraction(1, known.denominator)
    return Fraction(1, 90_000)


def _join(format: VideoFormat, pieces: Sequence[Piece], plan: Plan, target: Path) -> list[Note]:
    """Copy the video packets of all parts, and the sound, into one file."""
    # Without bitexact, WebM track numbers are random, and so the same clip gives different bytes.
    options = {"fflags": "+bitexact"}
    if format != "webm":
        options = {"movflags": "use_metadata_tags+faststart"}
    with ExitStack() as stack:
        av = stack.enter_context(writing(format))
        out = stack.enter_context(av.open(str(target), "w", format=format, options=options))
        out.metadata.update(plan.known.text)
        if plan.known.history is not None:
            out.metadata[KEY] = plan.known.history
        first = stack.enter_context(av.open(str(pieces[0].path)))
        stream = out.add_stream_from_template(first.streams.video[0])
        stream.metadata.update(first.streams.video[0].metadata)
        pictures = _pictures(av, pieces, stream, _tick(format, plan))
        packets = [pictures]
        notes: list[Note] = []
        if plan.sound is not None:
            tracks, notes = sound_packets(av, stack, plan.sound, out, format, pieces[-1].end)
            packets += tracks
        # In timestamp order: the muxer buffers packets that arrive early.
        for _, packet in heapq.merge(*packets, key=lambda pair: pair[0]):
            out.mux(packet)
    return notes


def _pictures(
    av: Any, pieces: Sequence[Piece], stream: Any, tick: Fraction
) -> Iterator[tuple[Fraction, Any]]:
    last = None
    for piece in pieces:
        with av.open(str(piece.path)) as part:
            for packet in part.demux(part.streams.video[0]):
                if packet.dts is None:
                    continue
                base = Fraction(packet.time_base)
                offset = round(round(piece.start / tick) * tick / base)
                packet.pts += offset
                packet.dts += offset
                # Decoding times must keep increasing where a part starts to decode earlier.
                if last is not None and packet.dts <= last:
                    packet.dts = last + 1
                packet.pts = max(packet.pts, packet.dts)
                last = packet.dts
                packet.stream = stream
                yield packet.dts * base, packet


def _container(format: VideoFormat) -> Container:
    return Container(
        format,
        functools.partial(_Part, format),
        functools.partial(_join, format),
        longest=16384,
        alpha=format != "mp4",
        sound=True,
        loops=False,
        # PyAV sets the encoder's aspect ratio, which the WebM muxer ignores.
        square=format == "webm",
    )


CONTAINERS = tuple(_container(format) for format in ("mp4", "webm", "mov"))

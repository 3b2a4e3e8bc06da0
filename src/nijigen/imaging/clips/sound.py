"""Sound of a video: copied if the container supports its codec, otherwise re-encoded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from typing import Any

from nijigen.core.clip import Sound
from nijigen.core.run import Note
from nijigen.imaging.losses import format_name

_TAKEN = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac"},
    "webm": {"opus", "vorbis"},
}
"""Codecs that players support in each container."""
_ENCODED = {"mp4": "aac", "mov": "aac", "webm": "libopus"}
_BIT_RATE = {"aac": 192_000, "libopus": 160_000}
_CODECS = {"aac": "AAC", "mp3": "MP3", "opus": "Opus", "libopus": "Opus", "vorbis": "Vorbis"}
_OPUS_RATE = 48_000

Timed = Iterator[tuple[Fraction, Any]]


def sound_packets(
    av: Any, stack: ExitStack, sound: Sound, out: Any, format: str, end: Fraction
) -> tuple[list[Timed], list[Note]]:
    """Add a stream for every track; return an iterator of timed packets for each, and notes.

    Args:
        av: The module.
        stack: Closes the files opened here.
        sound: The audio tracks to write.
        out: The output container.
        format: Its format.
        end: Sound after this time is dropped.
    """
    rows: list[Timed] = []
    notes: list[Note] = []
    for index in range(len(sound.codecs)):
        # Open the file once per track, so that each can be read independently.
        source = stack.enter_context(av.open(str(sound.path)))
        track = source.streams.audio[index]
        name = track.codec_context.name.removesuffix("float")
        if name in _TAKEN[format] or (format == "mov" and name.startswith("pcm_")):
            rows.append(_copied(source, track, sound, out, end))
            continue
        codec = _ENCODED[format]
        text = f"the sound was re-encoded as {_CODECS[codec]}: {format_name(format)} "
        text += f"does not support {_CODECS.get(name, name)}"
        notes.append(Note("sound", text))
        rows.append(_encoded(av, source, track, sound, out, codec, end))
    return rows, notes


def _copied(source: Any, track: Any, sound: Sound, out: Any, end: Fraction) -> Timed:
    stream = out.add_stream_from_template(track)
    stream.metadata.update(track.metadata)

    def packets() -> Timed:
        for packet in source.demux(track):
            if packet.dts is None or packet.pts is None:
                continue
            base = Fraction(packet.time_base)
            offset = round(sound.offset / base)
            packet.pts += offset
            packet.dts += offset
            if packet.pts * base >= end:
                break
            packet.stream = stream
            yield packet.dts * base, packet

    return packets()


def _encoded(
    av: Any, source: Any, track: Any, sound: Sound, out: Any, codec: str, end: Fraction
) -> Timed:
    rate = _OPUS_RATE if codec == "libopus" else track.codec_context.sample_rate
    stream = out.add_stream(codec, rate=rate)
    stream.bit_rate = _BIT_RATE[codec]
    layout = "mono" if track.codec_context.layout.nb_channels == 1 else "stereo"
    stream.codec_context.layout = layout
    stream.metadata.update(track.metadata)

    def packets() -> Timed:
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        fifo = av.AudioFifo()
        size = 960 if codec == "libopus" else 1024
        begun: int | None = None

        def encoded(frame: Any) -> Timed:
            for packet in stream.encode(frame):
                yield packet.dts * Fraction(packet.time_base), packet

        for decoded in source.decode(track):
            start = Fraction(decoded.pts or 0) * Fraction(decoded.time_base) + sound.offset
            if start >= end:
                break
            if begun is None:
                begun = round(start * rate)
            for frame in resampler.resample(decoded):
                frame.pts = None
                fifo.write(frame)
            while block := fifo.read(size):
                block.pts, block.time_base = begun, Fraction(1, rate)
                begun += size
                yield from encoded(block)
        rest = fifo.read()
        if rest is not None and begun is not None:
            rest.pts, rest.time_base = begun, Fraction(1, rate)
            yield from encoded(rest)
        yield from encoded(None)

    return packets()

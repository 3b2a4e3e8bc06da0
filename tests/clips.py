"""Clips drawn for tests."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from nijigen import Picture
from nijigen.core.clip import Clip, Frame
from pictures import drawing


def moving(
    count: int = 30,
    rate: Fraction = Fraction(24),
    *,
    channels: int = 3,
    hold: int = 2,
    **about: object,
) -> Clip:
    """A drawing that moves a pixel with every second frame, as drawn films do."""
    first = drawing(channels=channels)

    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, count):
            pixels = np.roll(first.pixels, index // hold, axis=1)
            yield Frame(Picture(pixels), index / rate, 1 / rate)

    known: dict[str, object] = {"count": count, "duration": count / rate, "alpha": channels == 4}
    return Clip(source, first.size, **(known | about))  # type: ignore[arg-type]


def flat(color: tuple[int, ...], size: tuple[int, int] = (64, 48), count: int = 4) -> Clip:
    """Frames of one color."""
    pixels = np.tile(np.array(color, np.uint8), (size[1], size[0], 1))

    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, count):
            yield Frame(Picture(pixels), Fraction(index, 10), Fraction(1, 10))

    duration = Fraction(count, 10)
    return Clip(source, size, count=count, duration=duration, alpha=len(color) == 4)


def add_sound(path: Path, target: Path, codec: str, seconds: float, *, rate: int = 48000) -> None:
    """Write the video again with a tone of 440 Hz."""
    import av

    times = np.arange(round(rate * seconds)) / rate
    tone = (np.sin(2 * np.pi * 440 * times) * 8000).astype(np.int16)
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        pictures = out.add_stream_from_template(source.streams.video[0])
        track = out.add_stream(codec, rate=rate)
        track.codec_context.layout = "mono"
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                out.mux(packet)
        resampler = av.AudioResampler(track.codec_context.format, "mono", rate, 960)
        for at in range(0, len(tone), 960):
            frame = av.AudioFrame.from_ndarray(tone[None, at : at + 960], "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            for part in resampler.resample(frame):
                out.mux(track.encode(part))
        out.mux(track.encode(None))

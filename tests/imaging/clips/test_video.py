"""What only videos have: sound, rotation, pixels that are not square, sides that are odd."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import add_sound, flat, moving
from extras import needs
from nijigen import Picture
from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import BadPicture, UnsupportedFormat
from nijigen.imaging.codecs.sniff import is_video_file
from pictures import drawing

av = needs("av")


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.audio) if p.size]


def tone(path: Path) -> tuple[float, float, float]:
    """Return start, end and the share of the power that is at 440 Hz."""
    with av.open(str(path)) as container:
        frames = list(container.decode(container.streams.audio[0]))
        rate = frames[0].sample_rate
        start = float(frames[0].pts * frames[0].time_base)
        heard = np.concatenate([f.to_ndarray().astype(float).mean(axis=0) for f in frames])
    power = np.abs(np.fft.rfft(heard[rate // 10 : -rate // 10])) ** 2
    hertz = np.fft.rfftfreq(len(heard) - 2 * (rate // 10), 1 / rate)
    near = (hertz > 430) & (hertz < 450)
    return start, start + len(heard) / rate, float(power[near].sum() / power.sum())


@pytest.fixture
def sounding(tmp_path: Path) -> Path:
    moving(300, hold=3).save(tmp_path / "mute.mp4")
    add_sound(tmp_path / "mute.mp4", tmp_path / "in.mp4", "aac", 12.5)
    return tmp_path / "in.mp4"


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_sound_is_copied(sounding: Path, tmp_path: Path, ending: str) -> None:
    clip = Clip.open(sounding)
    assert clip.sound is not None
    assert clip.sound.codecs == ("aac",)
    assert clip.save(tmp_path / f"out.{ending}") == ()
    assert packets(tmp_path / f"out.{ending}") == packets(sounding)
    assert tone(tmp_path / f"out.{ending}") == pytest.approx(tone(sounding), abs=0.002)
    again = Clip.open(tmp_path / f"out.{ending}")
    assert again.count == 300


def test_sound_is_encoded_anew_where_it_must_be(sounding: Path, tmp_path: Path) -> None:
    notes = Clip.open(sounding).save(tmp_path / "out.webm")
    assert [note.kind for note in notes] == ["sound"]
    assert notes[0].text == "the sound was re-encoded as Opus: WebM does not support AAC"
    start, end, share = tone(tmp_path / "out.webm")
    assert start == pytest.approx(0, abs=0.03)
    assert end == pytest.approx(12.5, abs=0.05)
    assert share > 0.95


def test_sound_that_picture_formats_do_not_hold(sounding: Path, tmp_path: Path) -> None:
    notes = Clip.open(sounding).save(tmp_path / "out.gif")
    assert notes[0].text == "the sound was dropped: GIF cannot hold any"


def test_packets_of_sound_and_picture_take_turns(sounding: Path, tmp_path: Path) -> None:
    Clip.open(sounding).save(tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        order = [(p.stream.type, p.pos) for p in container.demux() if p.size]
    places = [place for _, place in order]
    assert places == sorted(places)
    kinds = [kind for kind, _ in order]
    assert max(len(run) for run in "".join(k[0] for k in kinds).split("v")) < 60


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, format: str) -> None:
    for name in ("first", "second"):
        moving(3).save(tmp_path / f"{name}.{format}")
    first, second = (tmp_path / f"{name}.{format}" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_rotation_is_applied(tmp_path: Path) -> None:
    moving(3).save(tmp_path / "a.mp4")
    for degrees, turns in ((90, 1), (180, 2), (-90, 3)):
        turned = tmp_path / f"{degrees}.mp4"
        with av.open(str(tmp_path / "a.mp4")) as source, av.open(str(turned), "w") as out:
            stream = out.add_stream_from_template(source.streams.video[0])
            stream.set_display_rotation(degrees)
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        clip = Clip.open(turned)
        upright = next(Clip.open(tmp_path / "a.mp4").frames()).picture.pixels
        shown = next(clip.frames()).picture.pixels
        assert clip.size == shown.shape[1::-1]
        # ffmpeg counts against the clock, like numpy.
        assert np.array_equal(shown, np.rot90(upright, turns))


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    for ending in ("mp4", "mov"):
        replace(moving(3), aspect=Fraction(32, 27)).save(tmp_path / f"a.{ending}")
        assert Clip.open(tmp_path / f"a.{ending}").aspect == Fraction(32, 27)
    notes = replace(moving(3), aspect=Fraction(32, 27)).save(tmp_path / "a.webm")
    assert "pixel aspect" in notes[0].text


def test_odd_sides(tmp_path: Path) -> None:
    picture = drawing(33, 25)

    def source(skip: int) -> Any:
        yield Frame(picture, Fraction(0), Fraction(1))

    clip = Clip(source, (33, 25))
    notes = clip.save(tmp_path / "a.mp4")
    assert "even width and height" in notes[0].text
    frame = next(Clip.open(tmp_path / "a.mp4").frames()).picture
    assert frame.size == (34, 26)
    assert np.abs(frame.pixels[:25, :33].astype(int) - picture.pixels).mean() < 9
    assert clip.save(tmp_path / "a.webm") == ()
    assert Clip.open(tmp_path / "a.webm").size == (33, 25)


def test_colors_are_tagged_and_untagged_ones_read_as_players_do(tmp_path: Path) -> None:
    flat((200, 60, 30)).save(tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
        assert context.color_range == 1
    for size, matrix in (((64, 48), 5), ((1280, 720), 1)):
        pixels = np.full((size[1], size[0], 3), (200, 60, 30), np.uint8)
        path = tmp_path / f"{size[0]}.avi"
        with av.open(str(path), "w") as out:
            stream = out.add_stream("ffv1", rate=10, width=size[0], height=size[1])
            stream.pix_fmt = "yuv444p"
            made = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(
                format="yuv444p", dst_colorspace=matrix, dst_color_range=1
            )
            made.colorspace = 2
            out.mux(stream.encode(made))
            out.mux(stream.encode(None))
        frame = next(Clip.open(path).frames()).picture
        assert np.abs(frame.pixels[0, 0].astype(int) - (200, 60, 30)).max() <= 2


def test_sound_alone_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000)
        stream.codec_context.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate, frame.pts = 8000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert is_video_file(path)
    with pytest.raises(BadPicture, match="no video track"):
        Clip.open(path)


def test_frames_that_change_their_size(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    for name, size in (("one", (64, 48)), ("two", (48, 64))):
        flat((9, 9, 9), size).save(tmp_path / f"{name}.mp4")
    with av.open(str(path), "w") as out:
        stream = None
        for number, name in enumerate(("one", "two")):
            with av.open(str(tmp_path / f"{name}.mp4")) as source:
                video = source.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                with_headers = av.BitStreamFilterContext("h264_mp4toannexb", video)
                for packet in source.demux(video):
                    for part in with_headers.filter(packet if packet.size else None):
                        part.pts += number * 10 * 90000
                        part.dts += number * 10 * 90000
                        part.stream = stream
                        out.mux(part)
    with pytest.raises(BadPicture, match="frame size changes"):
        list(Clip.open(path).frames())


def test_without_the_extra_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving(2).save(tmp_path / "a.mp4")
    really = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name == "av":
            raise ImportError(name)
        return really(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    for work in (
        lambda: Clip.open(tmp_path / "a.mp4"),
        lambda: moving(2).save(tmp_path / "b.webm"),
    ):
        with pytest.raises(UnsupportedFormat, match="extra video") as caught:
            work()
        assert caught.value.hint == 'pip install "nijigen[video]"'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4"]


def test_title_and_comment_stay(tmp_path: Path) -> None:
    moving(2).with_info(text={"title": "猫", "comment": "a cat"}).save(tmp_path / "a.mp4")
    assert Clip.open(tmp_path / "a.mp4").info.text == {"title": "猫", "comment": "a cat"}


def test_one_of_many_pictures(tmp_path: Path) -> None:
    moving(40).save(tmp_path / "a.webm")
    frame = next(Clip.open(tmp_path / "a.webm").frames(33))
    assert isinstance(frame.picture, Picture)
    assert frame.start == Fraction(1375, 1000)


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm"])
def test_a_file_with_a_held_frame_ends_after_its_last(ending: str, tmp_path: Path) -> None:
    times = [*(Fraction(number, 10) for number in range(9)), Fraction(28, 10), Fraction(29, 10)]
    colors = [flat((25 * number,) * 3, (16, 16), 1) for number in range(10)]

    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, 10):
            picture = next(colors[index].frames()).picture
            yield Frame(picture, times[index], times[index + 1] - times[index])

    Clip(source, (16, 16)).save(tmp_path / f"held.{ending}")
    with av.open(str(tmp_path / f"held.{ending}")) as container:
        assert container.duration == pytest.approx(2_900_000, abs=1000)


def test_frames_are_read_smaller(tmp_path: Path) -> None:
    moving(6).save(tmp_path / "clip.mp4")
    clip = Clip.open(tmp_path / "clip.mp4")
    half = max(clip.size) // 2
    whole, small = list(clip.frames(2)), list(clip.frames(2, side=half))
    assert [frame.start for frame in small] == [frame.start for frame in whole]
    for one, other in zip(small, whole, strict=True):
        assert max(one.picture.size) == half
        reduced = other.picture.pil().resize(one.picture.size, Image.Resampling.BOX)
        assert np.abs(np.asarray(reduced, int) - one.picture.pixels).mean() < 3
    assert max(next(clip.frames(side=9999)).picture.size) == max(clip.size)


def test_transparent_frames_keep_their_size(tmp_path: Path) -> None:
    moving(2, channels=4).save(tmp_path / "clip.webm")
    clip = Clip.open(tmp_path / "clip.webm")
    assert next(clip.frames(side=8)).picture.size == clip.size

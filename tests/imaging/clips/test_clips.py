"""Clips: frames, times and metadata, the same in each format."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import flat, moving
from extras import needs
from nijigen import Animation, Picture
from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import (
    BadPicture,
    PictureTooLarge,
    UnsupportedFormat,
)
from nijigen.core.history import History, Step
from nijigen.core.picture import Info
from nijigen.imaging.clips.container import PART_FRAMES
from nijigen.imaging.clips.files import write_clip
from nijigen.imaging.files import encode
from pictures import animation, drawing

needs("av")


STILL = ("gif", "apng", "webp", "avif")


VIDEO = ("mp4", "webm", "mov")


def colors(frame: Frame) -> np.ndarray:
    return frame.picture.rgb().pixels.astype(int)


@pytest.mark.parametrize("ending", [*STILL, *VIDEO])
@pytest.mark.parametrize("channels", [3, 4])
def test_round_trip(tmp_path: Path, ending: str, channels: int) -> None:
    clip = moving(channels=channels)
    clip.save(tmp_path / f"a.{ending}")
    found = Clip.open(tmp_path / f"a.{ending}")
    frames = list(found.frames())
    assert found.size == clip.size
    assert found.alpha == (channels == 4 and ending != "mp4")
    assert len(frames) == clip.count
    assert frames[-1].end == pytest.approx(30 / 24, abs=0.01)
    for frame, wanted in zip(frames, clip.frames(), strict=True):
        assert np.abs(colors(frame) - colors(wanted)).mean() < 6
        assert frame.picture.channels == (4 if found.alpha else 3)


@pytest.mark.parametrize("ending", ["gif", "apng"])
def test_frames_that_fit_are_kept_exactly(tmp_path: Path, ending: str) -> None:
    moving().save(tmp_path / f"a.{ending}")
    for frame, wanted in zip(
        Clip.open(tmp_path / f"a.{ending}").frames(), moving().frames(), strict=True
    ):
        assert np.array_equal(frame.picture.pixels, wanted.picture.pixels)


@pytest.mark.parametrize("ending", [*STILL, *VIDEO])
def test_one_after_another_without_gaps_and_from_any_frame(tmp_path: Path, ending: str) -> None:
    moving(11).save(tmp_path / f"a.{ending}")
    clip = Clip.open(tmp_path / f"a.{ending}")
    frames = list(clip.frames())
    assert frames[0].start == 0
    for before, after in itertools.pairwise(frames):
        assert before.end == after.start
    rest = list(clip.frames(7))
    assert [(f.start, f.duration) for f in rest] == [(f.start, f.duration) for f in frames[7:]]
    for one, other in zip(rest, frames[7:], strict=True):
        assert np.array_equal(one.picture.pixels, other.picture.pixels)


@pytest.mark.parametrize(
    ("ending", "tick"),
    [("gif", 100), ("apng", 65535), ("webp", 1000), ("mp4", 90000), ("webm", 1000), ("mov", 90000)],
)
def test_a_thousand_frames_at_60_a_second_stay_in_time(
    tmp_path: Path, ending: str, tick: int
) -> None:
    clip = moving(1000, Fraction(60), hold=9)
    notes = clip.save(tmp_path / f"a.{ending}")
    frames = list(Clip.open(tmp_path / f"a.{ending}").frames())
    assert abs(frames[-1].end - Fraction(1000, 60)) <= Fraction(2, tick)
    if ending == "gif":
        assert notes[0].kind == "frames"
        assert 800 <= len(frames) <= 834
    else:
        assert len(frames) == 1000
        starts = [abs(frame.start - Fraction(n, 60)) for n, frame in enumerate(frames)]
        assert max(starts) <= Fraction(1, tick)


@pytest.mark.parametrize("ending", VIDEO)
def test_variable_frame_rate(tmp_path: Path, ending: str) -> None:
    marks = [Fraction(n, 30) for n in (0, 1, 3, 20, 21, 22, 60, 61, 75)]

    def source(skip: int):  # type: ignore[no-untyped-def]
        for n in range(skip, 8):
            picture = drawing().with_pixels(np.roll(drawing().pixels, 3 * n, axis=1))
            yield Frame(picture, marks[n], marks[n + 1] - marks[n])

    Clip(source, drawing().size, time_base=Fraction(1, 30)).save(tmp_path / f"a.{ending}")
    frames = list(Clip.open(tmp_path / f"a.{ending}").frames())
    for frame, mark in zip(frames, marks, strict=False):
        assert abs(frame.start - mark) < Fraction(1, 999)
    assert len(frames) == 8


def test_fractions_are_exact_where_the_format_is(tmp_path: Path) -> None:
    rate = Fraction(24000, 1001)
    for ending in ("apng", "mp4", "mov"):
        clip = moving(50, rate, time_base=1 / rate)
        clip.save(tmp_path / f"a.{ending}")
        frames = list(Clip.open(tmp_path / f"a.{ending}").frames())
        assert [frame.start for frame in frames] == [n / rate for n in range(50)]
        assert frames[-1].end == 50 / rate


@pytest.mark.parametrize("ending", STILL)
@pytest.mark.parametrize("loop", [0, 1, 3])
def test_loop(tmp_path: Path, ending: str, loop: int) -> None:
    moving(3, loop=loop).save(tmp_path / f"a.{ending}")
    assert Clip.open(tmp_path / f"a.{ending}").loop == loop


@pytest.mark.parametrize("ending", [*STILL, *VIDEO])
def test_history_and_source(tmp_path: Path, ending: str) -> None:
    from nijigen.imaging.files import read_history

    history = History("a.mp4", "0" * 64, (Step("effects.halftone", 1, {"cell": 8, "name": "線"}),))
    moving(3).with_info(history=history).save(tmp_path / f"a.{ending}")
    assert read_history(tmp_path / f"a.{ending}") == history


@pytest.mark.parametrize("ending", STILL)
def test_what_other_readers_see(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    moving(9, channels=4).save(path)
    whole = Animation.open(path)
    assert len(whole.frames) == 9
    for frame, other in zip(Clip.open(path).frames(), whole.frames, strict=True):
        assert np.array_equal(frame.picture.pixels, other.pixels)
    from PIL import Image

    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 9


@pytest.mark.parametrize("ending", STILL)
def test_files_of_the_other_writer(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(encode(animation(5, 4), ending))  # type: ignore[arg-type]
    clip = Clip.open(path)
    whole = Animation.open(path)
    found = clip.animation()
    assert found.durations == whole.durations
    for frame, other in zip(found.frames, whole.frames, strict=True):
        assert np.array_equal(frame.pixels, other.pixels)


def test_16_bit_apng(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 65536, (3, 9, 8, 3), np.uint16)
    whole = Animation(tuple(Picture(frame) for frame in noise), (40, 50, 60))
    Clip.from_animation(whole).save(tmp_path / "a.apng")
    frames = list(Clip.open(tmp_path / "a.apng").frames())
    assert all(np.array_equal(f.picture.pixels, n) for f, n in zip(frames, noise, strict=True))
    notes = Clip.from_animation(whole).save(tmp_path / "a.webp")
    assert [note.kind for note in notes] == ["depth"]


def test_alpha_that_begins_again_is_cleared_between_parts(tmp_path: Path) -> None:
    count = 2 * PART_FRAMES + 3
    for ending in ("gif", "apng", "webp"):
        clip = moving(count, channels=4, hold=1)
        clip.save(tmp_path / f"a.{ending}")
        found = list(Clip.open(tmp_path / f"a.{ending}").frames())
        assert len(found) == count
        for frame, wanted in zip(found, clip.frames(), strict=True):
            solid = wanted.picture.pixels[:, :, 3] >= 128
            assert np.array_equal(frame.picture.pixels[:, :, 3] >= 128, solid)


@pytest.mark.parametrize("ending", VIDEO)
def test_flat_colors_do_not_shift(tmp_path: Path, ending: str) -> None:
    generator = np.random.default_rng(7)
    shifts = []
    for color in [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)] + [
        tuple(int(v) for v in generator.integers(0, 256, 3)) for _ in range(20)
    ]:
        flat(color, count=2).save(tmp_path / f"a.{ending}")
        frame = next(Clip.open(tmp_path / f"a.{ending}").frames())
        shifts.append(frame.picture.pixels.reshape(-1, 3).mean(axis=0) - color)
    # 8 bits in limited range and 4:2:0 cannot do better than 2 levels; none may be systematic.
    assert np.abs(shifts).max() <= 2.6
    assert np.abs(np.mean(shifts, axis=0)).max() <= 0.6


def test_what_is_transparent_in_webm_and_mov(tmp_path: Path) -> None:
    for ending in ("webm", "mov"):
        flat((200, 40, 90, 128)).save(tmp_path / f"a.{ending}")
        frame = next(Clip.open(tmp_path / f"a.{ending}").frames())
        assert np.abs(frame.picture.pixels.astype(int) - (200, 40, 90, 128)).max() <= 3


def test_one_channel_and_a_single_frame(tmp_path: Path) -> None:
    for ending in (*STILL, *VIDEO):
        Clip.from_animation(Animation((drawing(channels=1),), (100,))).save(
            tmp_path / f"a.{ending}"
        )
        assert len(list(Clip.open(tmp_path / f"a.{ending}").frames())) == 1


def test_notes_say_what_is_lost(tmp_path: Path) -> None:
    clip = replace(moving(4, channels=4), aspect=Fraction(4, 3))
    assert [note.kind for note in clip.save(tmp_path / "a.mp4")] == ["alpha"]
    notes = clip.save(tmp_path / "a.gif")
    assert {note.kind for note in notes} == {"frames", "alpha"}
    assert "aspect ratio" in notes[0].text


def test_a_longer_duration_than_gif_holds(tmp_path: Path) -> None:
    whole = Animation((drawing(), drawing(channels=1)), (700_000, 50))
    Clip.from_animation(whole).save(tmp_path / "a.gif")
    frames = list(Clip.open(tmp_path / "a.gif").frames())
    assert frames[-1].end == Fraction(70005, 100)


def test_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match="extension of an animation"):
        moving(2).save(tmp_path / "a.jpg")
    with pytest.raises(UnsupportedFormat, match="WebP cannot hold frames"):
        flat((0, 0, 0), (16384, 1)).save(tmp_path / "a.webp")
    with pytest.raises(PictureTooLarge, match="do not fit into memory"):
        moving(30).animation(most_pixels=48 * 40 * 29)
    with pytest.raises(BadPicture, match="no frames"):
        moving(0).save(tmp_path / "a.gif")

    def source(skip: int):  # type: ignore[no-untyped-def]
        yield Frame(drawing(8, 8), Fraction(0), Fraction(1))
        yield Frame(drawing(8, 9), Fraction(1), Fraction(1))

    with pytest.raises(BadPicture, match="8×9"):
        Clip(source, (8, 8)).save(tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_limits_count_one_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for ending in ("gif", "mp4"):
        moving(9).save(tmp_path / f"a.{ending}")
        monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(48 * 40))
        assert len(list(Clip.open(tmp_path / f"a.{ending}").frames())) == 9
        monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(48 * 40 - 1))
        with pytest.raises(PictureTooLarge):
            Clip.open(tmp_path / f"a.{ending}")
        monkeypatch.delenv("NIJIGEN_MAX_PIXELS")


def test_info_of_the_file(tmp_path: Path) -> None:
    moving(2).save(tmp_path / "a.mp4")
    info: Info = Clip.open(tmp_path / "a.mp4").info
    assert info.history.source == "a.mp4"
    assert info.history.sha256 is not None


@pytest.mark.parametrize("ending", ["webm", "mov", "webp", "avif", "apng"])
def test_what_lies_under_transparency_does_not_show_at_edges(tmp_path: Path, ending: str) -> None:
    """The drawing has loud magenta there, and half the resolution of colors would spread it."""
    picture = drawing(160, 120, channels=4)

    def source(skip: int):  # type: ignore[no-untyped-def]
        yield Frame(picture, Fraction(0), Fraction(1))

    Clip(source, picture.size, alpha=True).save(tmp_path / f"a.{ending}")
    found = next(Clip.open(tmp_path / f"a.{ending}").frames()).picture
    green = (0, 160, 0)
    off = np.abs(found.rgb(green).pixels.astype(int) - picture.rgb(green).pixels)
    alpha = picture.pixels[:, :, 3]
    assert off[(alpha > 0) & (alpha < 255)].mean() < 3


@pytest.mark.parametrize("ending", [*STILL, *VIDEO])
def test_frames_of_one_moment(tmp_path: Path, ending: str) -> None:
    clip = moving(PART_FRAMES + 9)

    def source(skip: int) -> Iterator[Frame]:
        for frame in clip.source(skip):
            yield replace(frame, start=Fraction(0), duration=Fraction(0))

    write_clip(replace(clip, source=source), tmp_path / f"a.{ending}")
    assert next(iter(Clip.open(tmp_path / f"a.{ending}").frames())).picture.size == clip.size

"""Clips that are damaged, cut off or written in parts."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import moving
from extras import needs
from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import (
    BadPicture,
    Cancelled,
    InputError,
    OutputError,
    PictureTooLarge,
    UnsupportedFormat,
)
from nijigen.imaging.clips import writing
from nijigen.imaging.clips.container import PART_FRAMES
from nijigen.imaging.clips.files import write_clip
from nijigen.imaging.codecs import png_writing

needs("av")


STILL = ("gif", "apng", "webp", "avif")


VIDEO = ("mp4", "webm", "mov")


@pytest.mark.parametrize("ending", [*STILL, *VIDEO])
def test_damaged_files_are_one_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    moving(60, hold=1).save(path)
    whole = path.read_bytes()
    generator = np.random.default_rng(3)
    # Not between two frames: a GIF that ends there only lacks its trailer.
    for cut in (len(whole) // 3 + 5, len(whole) // 2, len(whole) * 9 // 10):
        path.write_bytes(whole[:cut])
        with pytest.raises(BadPicture) as caught:
            for _ in Clip.open(path).frames():
                pass
        assert str(path) in caught.value.message
    for _ in range(20):
        broken = bytearray(whole)
        for place in generator.integers(0, len(whole), 8):
            broken[place] = generator.integers(0, 256)
        path.write_bytes(broken)
        with contextlib.suppress(BadPicture, PictureTooLarge, UnsupportedFormat):
            for _ in Clip.open(path).frames():
                pass


@pytest.mark.parametrize("key", ["", "known"])
def test_a_full_disk_is_one_line_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    target = tmp_path / "a.apng"
    target.write_bytes(b"old")
    really, room = png_writing.packed, [PART_FRAMES + 9]

    def packed(*arguments: Any) -> bytes:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "no space left")
        return really(*arguments)

    monkeypatch.setattr(png_writing, "packed", packed)
    with pytest.raises(OutputError, match="cannot be written: the disk is full"):
        write_clip(moving(200), target, key=key)
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == (2 if key else 1)
    room[0] = 200 - PART_FRAMES if key else 200
    write_clip(moving(200), target, key=key)
    assert len(list(Clip.open(target).frames())) == 200
    assert [path.name for path in tmp_path.iterdir()] == ["a.apng"]


@pytest.mark.parametrize("keys", [("known", "known"), ("known", "another")])
def test_one_process_at_a_time_writes_a_file(tmp_path: Path, keys: tuple[str, str]) -> None:
    target, clip = tmp_path / "a.apng", moving(5)

    def source(skip: int) -> Iterator[Frame]:
        with pytest.raises(InputError, match=r"a\.apng is in use by another") as caught:
            write_clip(moving(5), target, key=keys[1])
        assert str(os.getpid()) in caught.value.hint
        write_clip(moving(5), tmp_path / "b.apng", key=keys[1])
        yield from clip.source(skip)

    write_clip(replace(clip, source=source), target, key=keys[0])
    assert len(list(Clip.open(target).frames())) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.apng", "b.apng"]


def test_parts_that_were_made_otherwise_are_removed(tmp_path: Path) -> None:
    clip, target = moving(PART_FRAMES + 9), tmp_path / "a.apng"

    def source(skip: int) -> Iterator[Frame]:
        yield from itertools.islice(clip.source(skip), PART_FRAMES + 5)
        raise Cancelled()

    with pytest.raises(Cancelled):
        write_clip(replace(clip, source=source), target, key="known")
    assert [path.is_dir() for path in tmp_path.iterdir()] == [True]
    write_clip(moving(3), target, key="another")
    assert len(list(Clip.open(target).frames())) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.apng"]


@pytest.mark.parametrize(
    "damaged",
    [("*0.mp4", b""), ("*0.mp4", b"no video"), ("*0.json", b"[]"), ("*0.json", b'{"start": "x"}')],
)
def test_parts_that_a_power_cut_damaged_do_not_stay(
    tmp_path: Path, damaged: tuple[str, bytes]
) -> None:
    clip, target = moving(PART_FRAMES + 9), tmp_path / "a.mp4"

    def source(skip: int) -> Iterator[Frame]:
        yield from itertools.islice(clip.source(skip), PART_FRAMES + 5)
        raise Cancelled()

    with pytest.raises(Cancelled):
        write_clip(replace(clip, source=source), target, key="known")
    next(tmp_path.rglob(damaged[0])).write_bytes(damaged[1])
    with contextlib.suppress(OutputError):
        write_clip(clip, target, key="known")
    write_clip(clip, target, key="known")
    assert len(list(Clip.open(target).frames())) == PART_FRAMES + 9
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_slow_frames_are_kept_before_their_part_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SLOW", 0.0)
    clip, asked = moving(2 * PART_FRAMES, channels=4, hold=3), []

    def stopping(at: int) -> Clip:
        def source(skip: int) -> Iterator[Frame]:
            asked.append(skip)
            for index, frame in enumerate(clip.source(skip), skip):
                if index == at:
                    raise Cancelled()
                yield frame

        return replace(clip, source=source)

    target = tmp_path / "a.apng"
    for at in (50, PART_FRAMES + 20, PART_FRAMES + 70, 2 * PART_FRAMES + 1):
        with contextlib.suppress(Cancelled):
            write_clip(stopping(at), target, key="known")
        # A kill in the middle of a line.
        for lines in tmp_path.rglob("frames.jsonl"):
            lines.write_text(lines.read_text() + '["0')
    assert asked == [0, 50, PART_FRAMES + 20, PART_FRAMES + 70]
    for frame, wanted in zip(Clip.open(target).frames(), clip.frames(), strict=True):
        assert (frame.start, frame.duration) == (wanted.start, wanted.duration)
        assert np.array_equal(frame.picture.pixels, wanted.picture.pixels)
    assert [path.name for path in tmp_path.iterdir()] == ["a.apng"]

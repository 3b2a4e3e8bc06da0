"""A video that ends what decodes it is a file that cannot be read, and nothing else ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import decoders
from collection import clip, scene

from nijigen.core.errors import BadPicture
from nijigen.library import Library
from nijigen.library.files import videos
from nijigen.library.files.reading import read
from nijigen.library.workers import process

pytest.importorskip("av", reason="needs the extra video")
FAULTS = {
    "header": "the decoder crashed (exit code 3)",
    "ends": "the decoder crashed (exit code 3)",
    "sleeps": "decoding a frame takes more than 1 seconds",
}
if sys.platform == "linux":
    FAULTS["computes"] = FAULTS["sleeps"]
    FAULTS["grows"] = "decoding it takes more than 300 MB"


@pytest.fixture(autouse=True)
def processes() -> Iterator[None]:
    """Start new ones, which find the modules of the tests."""
    videos.end_processes()
    yield
    videos.end_processes()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    clip([(1, 24), (2, 24)]).save(path)
    return path


def test_frames_are_the_same_and_the_process_is_kept(film: Path) -> None:
    apart = read(film).value
    own = videos.open_clip(film)
    assert (apart.size, apart.duration, apart.info) == (own.size, own.duration, own.info)
    for skip, side in ((0, None), (40, 32)):
        pairs = zip(apart.frames(skip, side=side), own.frames(skip, side=side), strict=True)
        for one, other in pairs:
            assert (one.start, one.duration) == (other.start, other.duration)
            assert (one.picture.pixels == other.picture.pixels).all()
    (kept,) = videos._idle
    # Whoever takes a few frames leaves it as it is found.
    frames = apart.frames()
    assert next(frames).start == 0
    frames.close()
    assert videos._idle == [kept]
    assert len(list(apart.frames())) == 48


@pytest.mark.parametrize("faults", [("ends",), pytest.param(FAULTS, marks=pytest.mark.slow)])
def test_a_file_that_ends_its_decoder_is_named_and_the_rest_goes_on(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: Iterable[str]
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for number, fault in enumerate((*faults, "whole")):
        (folder / f"{fault}.mp4").write_bytes(film.read_bytes() + b"\0\0\0\x08free" * number)
    scene(3, (64, 48)).save(folder / "z.png")
    monkeypatch.setattr(videos, "open_clip", decoders.open_clip)
    monkeypatch.setattr(process, "_BUSY", 2)
    monkeypatch.setenv("NIJIGEN_MAX_SECONDS", "1")
    monkeypatch.setenv("NIJIGEN_MAX_MEMORY", "300")
    with Library(tmp_path / "library", writing=True) as library:
        added = library.add([folder])
        assert {path.stem: why for path, why in added.failed.items()} == {
            fault: FAULTS[fault] for fault in faults
        }
        assert (added.added, added.clips) == (2, 1)


def test_what_ffmpeg_refuses_ends_nothing(film: Path, tmp_path: Path) -> None:
    read(film)
    (kept,) = videos._idle
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[:200] + os.urandom(500))
    with pytest.raises(BadPicture, match="cut"):
        read(cut)
    assert videos._idle == [kept]

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import clip, scene, write

from nijigen import Run
from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import Cancelled, NijigenError
from nijigen.core.run import SILENT
from nijigen.imaging.artworks.archive import pack
from nijigen.library import Library
from nijigen.library.files.shots import indexed
from nijigen.library.search import search

SHOTS = [(1, 24), (2, 12), (3, 36)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", writing=True)


def written(path: Path, **about: int) -> Path:
    if path.suffix in (".mp4", ".webm"):
        pytest.importorskip("av", reason="needs the extra video")
    clip(SHOTS, **about).save(path)
    return path


@pytest.mark.parametrize("ending", [".gif", ".apng", ".webp", ".mp4", ".webm"])
def test_a_frame_is_found_with_file_and_time(library: Library, tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / f"film{ending}")
    write(tmp_path / "stills", 1)
    added = library.add([path, tmp_path / "stills"])
    assert (added.added, added.clips, added.frames, added.failed) == (2, 1, 3, {})
    assert len(library) == 2
    hit = search(scene(2, (320, 180)), library=library.folder)[0]
    assert [Path(file["path"]).name for file in hit["files"]] == [path.name]
    assert hit["shot"] == pytest.approx([2, 3], abs=0.01)
    assert hit["time"] == "0:00:02.00–0:00:03.00"
    still = search(scene(0), library=library.folder)[0]
    assert "shot" not in still
    assert library.verify(files=True).problems == []


def test_an_ugoira_is_a_clip_also_where_it_is_named_zip(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "pixiv"
    folder.mkdir()
    clip(SHOTS).animation().save(folder / "film.ugoira")
    (folder / "film.ugoira").rename(folder / "1234_ugoira.zip")
    (folder / "other.zip").write_bytes(pack([("000001.txt", b"no picture")]))
    added = library.add([folder])
    assert (added.added, added.clips, added.frames, added.failed) == (1, 1, 3, {})
    hit = search(scene(2, (320, 180)), library=library.folder)[0]
    assert hit["shot"] == pytest.approx([2, 3], abs=0.01)
    assert library.add([folder]).known == 0


def test_while_everything_moves_two_frames_a_second_are_indexed(
    library: Library, tmp_path: Path
) -> None:
    path = written(tmp_path / "film.mp4", move=4)
    assert library.add([path]).frames == 4 + 2 + 6
    hits = search(scene(3, (320, 180)), library=library.folder)
    assert hits[0]["shot"] == pytest.approx([3, 6], abs=0.01)
    # Frames of one motion are alike wherever they stand: any of them is an answer.
    start, end = hits[0]["frame"]
    assert 2.99 <= start < end <= 6.01
    assert end - start == pytest.approx(0.5, abs=0.01)
    assert sum("shot" in hit for hit in hits) == 1, "frames of a scene are one hit"


def test_interrupted_it_goes_on_where_it_stopped(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "film.apng", move=4)
    monkeypatch.setattr("nijigen.library.adding.adder._BATCH", 2)
    stop = threading.Event()
    with pytest.raises(Cancelled):
        library.add([path], run=Run(lambda done: stop.set() if done > 0.1 else None, stop))
    before = library.stats()["frames"]
    assert before == 2
    assert search(scene(1, (320, 180)), library=library.folder)[0]["kinds"] != ["similar"]
    added = library.update()
    assert (added.added, added.frames) == (1, 12 - before)
    again = library.add([path])
    assert (again.added, again.known, again.frames) == (0, 0, 0)
    other = Library(tmp_path / "other", writing=True)
    other.add([path])
    assert spans(library) == spans(other)


def test_lost_signatures_of_frames_are_computed_again(library: Library, tmp_path: Path) -> None:
    library.add([written(tmp_path / "film.gif")])
    for file in (library.folder / "thumbnails").rglob("*.webp"):
        file.unlink()
    found = library.verify()
    assert len(found.problems) == 3
    assert library.sign(sorted(found.unsigned)) == []
    assert library.verify().problems == []
    assert search(scene(3, (320, 180)), library=library.folder)[0]["shot"] == [3, 6]


def test_removing_a_clip_forgets_its_frames(library: Library, tmp_path: Path) -> None:
    path = written(tmp_path / "film.gif")
    library.add([path])
    assert library.remove([path]) == 1
    assert library.stats()["frames"] == 0
    assert not list((library.folder / "thumbnails").rglob("*.webp"))


def test_of_a_damaged_video_the_frames_before_are_found(library: Library, tmp_path: Path) -> None:
    path = written(tmp_path / "film.mp4", move=1)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 3000):
        data[at] ^= 0x5A
    path.write_bytes(data)
    write(tmp_path / "stills", 1)
    added = library.add([path, tmp_path / "stills"])
    assert (added.added, list(added.failed)) == (1, [path])
    assert search(scene(1, (320, 180)), library=library.folder)[0]["shot"][0] == 0
    again = library.add([path])
    assert (list(again.failed), again.frames) == ([path], 0), "it is tried again, and named again"


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"])
def test_what_is_no_video_is_named(library: Library, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    added = library.add([path])
    assert (added.added, list(added.failed), len(library)) == (0, [path], 0)


def test_a_video_with_sound_alone_is_named(library: Library, tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="needs the extra video")
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as out:
        track = out.add_stream("aac", rate=48000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 48000
        out.mux(track.encode(silence))
        out.mux(track.encode(None))
    assert "no video track" in library.add([path]).failed[path]


def test_without_the_extra_it_is_named(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "film.mp4")
    monkeypatch.setitem(sys.modules, "av", None)
    assert library.add([path]).failed[path].startswith("video files need the extra video")


def test_flicker_does_not_fill_the_library() -> None:
    flicker = clip([(number % 2, 1) for number in range(120)], rate=60)
    damage: list[NijigenError] = []
    found = list(indexed(flicker, SILENT, damage))
    assert len(found) <= 2 / 0.15
    assert sum(one.end - one.start for one in found) == pytest.approx(2)


def test_frames_of_different_length_each_have_their_time() -> None:
    seconds = [Fraction(1, 25), Fraction(3, 2), Fraction(1, 3), Fraction(7), Fraction(1, 4)]
    ends = [sum(seconds[: index + 1], Fraction(0)) for index in range(len(seconds))]

    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, len(seconds)):
            yield Frame(scene(index, (64, 48)), ends[index] - seconds[index], seconds[index])

    found = list(indexed(Clip(source, (64, 48)), SILENT, []))
    assert [one.frame for one in found] == [1, 2, 3, 4], "the first is a flash"
    assert [one.end for one in found] == [float(end) for end in ends[1:]]


def test_of_many_equal_frames_few_are_indexed() -> None:
    long = clip([(0, 5000), (1, 5000)], rate=50)
    found = list(indexed(long, SILENT, []))
    assert [(one.frame, one.frames) for one in found] == [(0, 5000), (5000, 5000)]


def spans(library: Library) -> list[tuple[int, int, float, float, bool]]:
    entries = library._catalog.entries()
    return [(one.frame, one.frames, one.start, one.end, one.cut) for one in entries]

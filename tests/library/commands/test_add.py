from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen import Run
from nijigen.core.errors import Cancelled, InputError, OutputError
from nijigen.library import Library
from nijigen.library.commands.add import add
from nijigen.library.store.rows import Rows
from pictures import animation


def test_a_dry_run_says_what_would_be_added(tmp_path: Path) -> None:
    write(tmp_path / "pictures", 2)
    plan = add.plan({"paths": [tmp_path / "pictures"]}, {"library": tmp_path / "library"})
    assert plan.changes == (f"add 2 of 2 file(s) from {tmp_path / 'pictures'}",)
    assert not (tmp_path / "library").exists()


def test_it_adds_and_the_second_time_has_nothing_to_do(tmp_path: Path) -> None:
    paths = write(tmp_path / "pictures", 2)
    report = add([tmp_path / "pictures", paths[0]], library=tmp_path / "library")
    assert report.result == {"added": 2, "known": 0, "moved": 0, "frames": 0}
    again = add([tmp_path / "pictures"], library=tmp_path / "library")
    assert (again.changes, again.result) == ((), "all 2 file(s) are in the library")


def test_a_bad_file_is_an_error_when_all_others_are_added(tmp_path: Path) -> None:
    write(tmp_path / "pictures", 1)
    (tmp_path / "pictures" / "bad.png").write_text("no picture")
    with pytest.raises(InputError, match=r"1 file\(s\) could not be read: .*bad\.png"):
        add([tmp_path / "pictures"], library=tmp_path / "library")
    with Library(tmp_path / "library") as library:
        assert len(library) == 1


def test_of_moving_pictures_it_says_how_many_frames_are_indexed(tmp_path: Path) -> None:
    from nijigen.imaging.files import write as write_file

    write_file(animation(size=(200, 150)), tmp_path / "moving.gif")
    report = add([tmp_path / "moving.gif"], library=tmp_path / "l")
    assert report.result["added"] == 1
    assert report.result["frames"] >= 1
    assert report.notes == ()


def test_cancelled_it_keeps_what_was_added_and_goes_on(tmp_path: Path) -> None:
    write(tmp_path / "pictures", 20, size=(64, 48))
    stop = threading.Event()
    run = Run(lambda done: stop.set() if done > 0.2 else None, stop)
    settings = {"library": tmp_path / "library"}
    with pytest.raises(Cancelled):
        add.apply({"paths": [tmp_path / "pictures"]}, settings, run)
    with Library(tmp_path / "library") as library:
        assert len(library) == 16
    assert add([tmp_path / "pictures"], **settings).result["added"] == 4


def test_a_full_disk_adds_nothing_by_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "pictures", 2)

    def full(self: Rows, rows: object) -> None:
        raise OutputError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Rows, "write", full)
        with pytest.raises(OutputError):
            add([tmp_path / "pictures"], library=tmp_path / "library")
    with Library(tmp_path / "library") as library:
        assert len(library) == 0
        assert library.verify().problems == []
    assert add([tmp_path / "pictures"], library=tmp_path / "library").result["added"] == 2


def test_sidecars_are_read_also_of_known_pictures(tmp_path: Path) -> None:
    paths, place = write(tmp_path / "a", 2), tmp_path / "library"
    paths[0].with_suffix(".txt").write_text("1girl, hat")
    add([tmp_path / "a"], library=place)
    paths[1].with_suffix(".json").write_text('{"tags": ["cat"]}')
    Path(f"{paths[0]}.json").write_text("{")
    report = add.apply({"paths": [tmp_path / "a"]}, {"library": place}, Run())
    assert report.notes[-1].startswith("1 sidecar(s) could not be read: ")
    with Library(place) as library:
        assert (library.tags.find("hat"), library.tags.find("cat")) == ([1], [2])
    assert add([tmp_path / "a"], library=place).changes == ()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_what_is_no_file_is_named_and_not_read(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", 2)
    os.mkfifo(tmp_path / "a" / "pipe.png")
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        added = library.add([tmp_path / "a", Path("/dev/zero")])
        assert added.added == 2
        reason = "it is not a file"
        assert added.failed == {tmp_path / "a" / "pipe.png": reason, Path("/dev/zero"): reason}
        paths[0].unlink()
        os.mkfifo(paths[0])
        assert library.update().failed[paths[0]] == reason

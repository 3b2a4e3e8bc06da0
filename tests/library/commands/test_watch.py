from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen import Run
from nijigen.core.errors import Cancelled, ModelError
from nijigen.core.lock import FolderLock
from nijigen.library import Library
from nijigen.library.measuring.faces import LibraryFaces
from nijigen.library.upkeep.watching import Pauses, Watcher, watch

PATIENCE = 120
"""Seconds after which a process that does nothing has failed; a busy machine is slow."""


class Watching:
    """A library and a folder that it follows; a look is a call, so that nothing depends on time."""

    def __init__(self, root: Path, *, quick: bool = True) -> None:
        self.folder, self.place, self.run = root / "a", root / "library", Run()
        self.folder.mkdir()
        self.watcher = Watcher(self.place, [self.folder], quick=quick)

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.watcher.look(self.run)

    def knows(self, path: Path) -> bool:
        with Library(self.place) as library:
            return path in library

    def states(self) -> set[str]:
        with Library(self.place) as library:
            return {place.state for place in library.below(self.folder)}

    @property
    def notes(self) -> str:
        return "\n".join(note.text for note in self.run.notes)


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    return Watching(tmp_path)


def test_a_file_is_added_at_the_second_look(watching: Watching) -> None:
    (path,) = write(watching.folder, 1)
    watching.look()
    assert not watching.knows(path)
    watching.look()
    assert watching.knows(path)
    assert watching.watcher.watched.added == 1


def test_a_file_is_added_when_it_has_stopped_growing(watching: Watching, tmp_path: Path) -> None:
    (whole,) = write(tmp_path / "made", 1)
    content, path = whole.read_bytes(), watching.folder / "a.png"
    (other,) = write(watching.folder, 1, start=1)
    for end in range(1, 6):
        path.write_bytes(content[: len(content) * end // 5])
        watching.look()
        assert not watching.knows(path)
    assert watching.knows(other), "it does not wait for the other"
    assert not watching.notes
    watching.look()
    assert watching.knows(path)


def test_half_a_file_is_added_when_the_rest_is_there(watching: Watching, tmp_path: Path) -> None:
    (whole,) = write(tmp_path / "made", 1)
    content, path = whole.read_bytes(), watching.folder / "a.png"
    path.write_bytes(content[: len(content) // 2])
    watching.look(2)
    assert not watching.knows(path)
    assert "a.png: " in watching.notes
    path.write_bytes(content)
    watching.look(2)
    assert watching.knows(path)


def test_a_file_that_becomes_readable_is_added(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its size nor its time changes when its permissions are mended."""
    from nijigen.library.adding import examining

    (path,) = write(watching.folder, 1)
    tries, whole = [], examining.hashes_of

    def refused(path: Path, *names: str) -> tuple[str, ...]:
        tries.append(path)
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(examining, "hashes_of", refused)
    watching.look(17)
    assert "ermission denied" in watching.notes
    assert len(tries) == 4, "it is tried at the 2nd, 4th, 7th and 12th look"
    monkeypatch.setattr(examining, "hashes_of", whole)
    watching.look(8)
    assert watching.knows(path)


def test_a_file_that_cannot_be_read_hides_nothing(watching: Watching) -> None:
    path, other = write(watching.folder, 2)
    (watching.folder / "bad.png").write_bytes(b"bad")
    (watching.folder / "lost.png").symlink_to(watching.folder / "nowhere.png")
    watching.look(2)
    assert watching.knows(path)
    assert "lost.png: no such file" in watching.notes
    other.unlink()
    watching.look()
    assert watching.states() == {"here", "gone"}


def test_a_file_that_moves_is_known_at_its_new_place(watching: Watching) -> None:
    (path,) = write(watching.folder, 1)
    watching.look(2)
    moved = path.rename(path.with_name("moved.png"))
    watching.look(2)
    assert watching.knows(moved)
    assert not watching.knows(path)
    assert watching.watcher.watched.moved == 1


def test_a_folder_that_vanishes_and_comes_back(watching: Watching, tmp_path: Path) -> None:
    write(watching.folder, 2)
    watching.look(2)
    shutil.move(watching.folder, tmp_path / "elsewhere")
    watching.look(2)
    assert watching.states() == {"gone"}
    assert "the folder is gone" in watching.notes
    shutil.move(tmp_path / "elsewhere", watching.folder)
    (new,) = write(watching.folder, 1, start=2)
    watching.look(2)
    assert watching.states() == {"here"}
    assert watching.knows(new)


def test_while_another_process_works_it_waits_and_says_so(watching: Watching) -> None:
    held = FolderLock(watching.place, file=".lock")
    (path,) = write(watching.folder, 1)
    watching.look(2)
    assert "in use by another Nijigen process; it is tried again" in watching.notes
    held.release()
    watching.look()
    held = FolderLock(watching.place, file=".lock")
    watching.look()
    assert not watching.knows(path)
    held.release()
    watching.look()
    assert watching.knows(path)


def test_without_the_network_for_faces_all_else_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: LibraryFaces, numbers: list[int], run: Run) -> list[int]:
        raise ModelError("the weights are missing", "get them")

    monkeypatch.setattr(LibraryFaces, "find", missing)
    watching = Watching(tmp_path, quick=False)
    write(watching.folder, 1)
    watching.look(2)
    write(watching.folder, 1, start=1)
    watching.look(2)
    assert "the weights are missing" in watching.notes
    with Library(watching.place) as library:
        assert len(library) == 2
        assert not library.unsigned()


def test_pauses_are_short_and_leave_time_for_other_work() -> None:
    pauses = Pauses(2, 60)
    assert pauses.after(0.01) == 2
    assert pauses.after(1) == 20, "a look takes 5 % of the time"
    assert pauses.after(10) == 60, "but new files do not wait for long"
    assert pauses.after(300) == 300, "and a slow disk has time for others"


def test_the_pause_follows_the_look_and_not_what_is_added(watching: Watching) -> None:
    time_now, slept = 0.0, []
    monotonic = iter(range(0, 1000, 3))
    watching.watcher = Watcher(
        watching.place, [watching.folder], quick=True, clock=lambda: next(monotonic)
    )

    def sleep(seconds: float) -> None:
        nonlocal time_now
        time_now += seconds
        slept.append(seconds)
        if time_now >= 100:
            raise KeyboardInterrupt

    (path,) = write(watching.folder, 1)
    done = watch(watching.watcher, Pauses(2, 50), watching.run, clock=lambda: time_now, sleep=sleep)
    assert done.added == 1, "there were two looks, 50 s apart, since each has taken 3 s"
    assert next(monotonic) == 12
    assert max(slept) <= 0.2, "a stop is noticed soon"
    assert watching.knows(path)


def test_what_was_added_before_a_stop_is_counted(watching: Watching) -> None:
    def stop(fraction: float) -> None:
        raise KeyboardInterrupt

    (path,) = write(watching.folder, 1)
    watching.look()
    with pytest.raises(KeyboardInterrupt):
        watching.watcher.look(Run(stop))
    assert watching.knows(path)
    assert watching.watcher.watched.added == 1


def test_it_can_be_cancelled(watching: Watching) -> None:
    with pytest.raises(Cancelled):
        watch(
            watching.watcher,
            Pauses(2, 60),
            watching.run,
            clock=lambda: 0,
            sleep=lambda seconds: watching.run.cancel(),
        )


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without signals")
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)], ids=["int", "term"]
)
def test_signals_end_it(sent: signal.Signals, code: int, tmp_path: Path) -> None:
    """Ctrl-C is how it ends, so that it is no error; what was added stays in both cases."""
    folder, place = tmp_path / "a", tmp_path / "library"
    (path,) = write(folder, 1)
    (folder / "lost.png").symlink_to(folder / "nowhere.png")
    with Library(place, writing=True):
        pass
    words = ("library", "watch", folder, "--library", place, "--quick", "--seconds", "0.5")
    process = subprocess.Popen(
        [sys.executable, "-m", "nijigen", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + PATIENCE
    with Library(place) as library:
        while path not in library:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
    process.send_signal(sent)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert err.startswith("Ctrl-C ends it\nnote: "), "problems are shown when they occur"
    assert err.count("lost.png") == 1
    assert code or '"added": ' in out
    with Library(place) as library:
        assert len(library) == 1
        library.remember([tmp_path])

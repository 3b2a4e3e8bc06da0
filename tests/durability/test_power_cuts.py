"""Whatever ends a writer, wherever: every thing is the old one or the new one, and what was
reported as done is the new one; the next run writes the rest and leaves nothing behind."""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence, Set
from itertools import product
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from disk_calls import DiskCalls, failing_once, full_from, needs_proc
from power import Cut, Image, image_of, images_of_cuts, restore
from writer import Found
from writers import UNIMPORTANT, WRITERS, begin

from nijigen.core import disk
from nijigen.core.errors import NijigenError

pytestmark = needs_proc
HERE = Path(__file__).parent
every_writer = pytest.mark.parametrize("name", WRITERS)
some_or_all = pytest.mark.parametrize(
    "every",
    [pytest.param(False, id="some"), pytest.param(True, id="all", marks=pytest.mark.slow)],
)
SOME = 10
NEW_FILES = ["picture", "layers", "clip", "batch", "recipe", "upload", "backup"]


def thinned(places: Sequence[Any], every: bool, some: int = SOME) -> Sequence[Any]:
    """Return all places, or about so many of them, evenly spread; the last is among them."""
    return places if every else places[:: -max(1, len(places) // some)]


def some_of_each_kind(cuts: dict[str, list[Cut]], every: bool) -> list[Cut]:
    return [cut for kind in cuts.values() for cut in thinned(kind, every, SOME // len(cuts))]


class Case:
    """A writer in a folder, with what was there before and what is there after it."""

    def __init__(self, name: str, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self._patch = root, patch
        self.writer = WRITERS[name]
        root.mkdir()
        self.begin()
        self.writer.prepare(root)
        self.start = image_of(root)
        self.old = self.found()
        self.restore(self.start)
        self.calls = DiskCalls(root)
        with self.calls.installed():
            self.writer.write(root, lambda name: None)
        self.new = self.found()
        assert self.old != self.new
        self.restore(self.start)

    def begin(self) -> None:
        begin(self.root, self._patch)

    def found(self) -> Found:
        self.begin()
        return self.writer.find(self.root)

    def restore(self, image: Image) -> None:
        restore(image, self.root)
        self.begin()

    def check(self, done: Set[str], what: str, ignored: Set[str] = frozenset()) -> bool:
        """Check what is there now, and that the next run does the rest.

        Returns:
            Whether everything was the new one already.
        """
        left = image_of(self.root)
        found = self.found()
        wanted = {name: new for name, new in self.new.items() if name not in ignored}
        for name, new in wanted.items():
            assert found[name] == new or found[name] == self.old[name], f"{name}: {what}"
            assert found[name] == new or name not in done, f"{name} was done: {what}"
        was_complete = found == self.new
        # Looking may repair something, as opening a database does.
        self.restore(left)
        self.writer.write(self.root, lambda name: None)
        found = self.found()
        assert {name: found[name] for name in wanted} == wanted, f"again after: {what}"
        assert list(self.root.rglob("*.part")) == [], f"again after: {what}"
        return was_complete


@pytest.fixture
def case(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    return Case(name, tmp_path / "root", monkeypatch)


@every_writer
@some_or_all
def test_a_cut_anywhere(case: Case, every: bool) -> None:
    cuts = images_of_cuts(case.root, lambda report: case.writer.write(case.root, report))
    assert sum(map(len, cuts.values())) > 3
    for what, image, done in some_of_each_kind(cuts, every):
        case.restore(image)
        case.check(done, what)


@pytest.mark.slow
@every_writer
def test_a_process_that_is_killed_at_any_call(case: Case, name: str, tmp_path: Path) -> None:
    images = tmp_path / "images"
    words = [sys.executable, "kills.py", name, case.root, images]
    folders = [*sys.path, os.fspath(HERE.parent)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    shutil.rmtree(case.root)
    subprocess.run(words, cwd=HERE, env=environment, check=True, capture_output=True)
    found = pickle.loads(images.read_bytes())
    # Not exactly as many as before: two threads of a batch may both flush a folder.
    assert len(found) > case.calls.count // 2
    for at, (image, done) in enumerate(found, 1):
        case.restore(image)
        case.check(done, f"killed at call {at}")


@every_writer
@some_or_all
@pytest.mark.parametrize("error", ["EIO once", "full from there"])
def test_a_call_that_fails(case: Case, error: str, every: bool) -> None:
    failures = 0
    for at in thinned(range(1, case.calls.count + 1), every):
        case.restore(case.start)
        before = failing_once(at, errno.EIO) if error == "EIO once" else full_from(at)
        done: set[str] = set()
        # What is no reason to stop is only logged.
        with DiskCalls(case.root, before).installed(), contextlib.suppress(NijigenError):
            case.writer.write(case.root, done.add)
        failures += not case.check(done, f"{error} at call {at}", UNIMPORTANT)
    assert failures


@pytest.mark.parametrize(
    ("forgotten", "name"),
    [
        *product(["files", "folders"], NEW_FILES),
        ("folders", "lost+found"),  # What is moved there has been flushed long ago.
    ],
)
def test_the_model_of_the_disk_notices_what_is_not_flushed(
    case: Case, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = disk._flush

    def forgetful(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode) != (forgotten == "folders"):
            flush(file)

    monkeypatch.setattr(disk, "_flush", forgetful)
    cuts = images_of_cuts(case.root, lambda report: case.writer.write(case.root, report))
    lost = 0
    for what, image, done in some_of_each_kind(cuts, every=False):
        case.restore(image)
        try:
            case.check(done, what)
        except (AssertionError, NijigenError, OSError):
            lost += 1
    assert lost

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen.core.run import Run
from nijigen.library import Library
from nijigen.library._settings import Settings, write_settings
from nijigen.library.commands.verify import verify
from nijigen.library.indexes import indexes, writing
from nijigen.library.indexes.manifest import read_manifest
from nijigen.library.search import search

COUNT = 10


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with an index, and its pictures."""
    folder = tmp_path_factory.mktemp("indexes")
    with Library(folder / "library", writing=True) as library:
        library.add(write(folder / "a", COUNT))
    write_settings(folder / "library", Settings(vectors="usearch"))
    with Library(folder / "library") as library:
        library.index()
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of that library; its pictures stay where they were."""
    shutil.copytree(made / "library", tmp_path / "library")
    return tmp_path / "library"


def first(place: Path, seed: int) -> str:
    """Return the name of the file that is found."""
    with Library(place) as library:
        hit = library.search(scene(seed), 1)[0]
        return hit.places[0].path.name if hit.score > 0.6 else ""


def test_it_answers_as_a_comparison_of_all_does(place: Path) -> None:
    with Library(place) as library:
        indexed = library.search(scene(4).with_pixels(scene(4).pixels[60:240, 100:340]), 5)
        assert len(library._indexes.tail("haar")) == len(library._indexes.tail("embedding")) == 0
    write_settings(place, Settings(vectors="exact"))
    with Library(place) as library:
        exact = library.search(scene(4).with_pixels(scene(4).pixels[60:240, 100:340]), 5)
    assert [hit.entry.number for hit in indexed] == [hit.entry.number for hit in exact]
    assert indexed == exact


def test_new_pictures_are_found_at_once_and_indexed_when_there_are_many(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library(place) as library:
        library.add(write(place.parent / "b", 2, COUNT))
        assert library._indexes.tail("embedding").tolist() == [COUNT + 1, COUNT + 2]
    assert first(place, COUNT + 1) == f"scene {COUNT + 1}.png"
    monkeypatch.setattr(indexes, "LEAST_TAIL", 3)
    with Library(place) as library:
        library.add(write(place.parent / "c", 2, COUNT + 2))
        assert len(library._indexes.tail("embedding")) == 0
    manifest = read_manifest(place / "indexes")
    assert (manifest.generation, manifest.last, manifest.entries) == (2, COUNT + 4, COUNT + 4)
    assert {path.name for path in (place / "indexes").iterdir()} == manifest.kept
    assert all(first(place, seed) == f"scene {seed}.png" for seed in range(COUNT + 4))


def test_what_was_removed_is_not_found_and_the_index_shrinks(made: Path, place: Path) -> None:
    with Library(place) as library:
        library.remove([made / "a" / "scene 3.png"])
    assert first(place, 3) == ""
    with Library(place) as library:
        library.remove([made / "a" / "scene 4.png"])
        library.add(write(place.parent / "b", 1, COUNT))
    assert read_manifest(place / "indexes").entries == COUNT - 1
    assert first(place, 4) == ""


def test_entries_that_get_their_signature_late_are_found(place: Path) -> None:
    with Library(place) as library:
        library._catalog.sign([5], "embedding-1", signed=False)
        library.index(anew=True)
        assert 5 not in read_manifest(place / "indexes").numbers(place / "indexes", "embedding")
        library.update()
        assert library._indexes.tail("embedding").tolist() == [5]
    assert first(place, 4) == "scene 4.png"


@pytest.mark.parametrize(
    "part", ["haar-1.index", "whole-1.index", "regions-1.books", "manifest.json"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_damage_is_noted_and_repaired_and_nothing_is_missed(
    place: Path, part: str, damage: str
) -> None:
    path = place / "indexes" / part
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif part != "manifest.json":
        # In the middle of vectors, where it is no reason to crash.
        path.write_bytes(data[:2000] + bytes([data[2000] ^ 1]) + data[2001:])
    else:
        path.write_text("{}")
    problems = verify(library=place).result["problems"]
    assert len(problems) == 1
    assert "the index of the library is" in problems[0]
    if damage != "changed" or part == "manifest.json":
        run = Run()
        found = search(scene(4), library=place, run=run)
        assert Path(found[0]["files"][0]["path"]).name == "scene 4.png"
        assert any("verify --repair" in note.text for note in run.notes)
    assert verify(repair=True, library=place).result["problems"] == []
    assert first(place, 4) == "scene 4.png"


@pytest.mark.parametrize("step", ["haar", "embeddings", "manifest"])
def test_a_failed_extension_leaves_the_old_index_whole(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = read_manifest(place / "indexes")

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Library(place) as library:
        library.add(write(place.parent / "b", 2, COUNT))
        with monkeypatch.context() as patch:
            patch.setattr(indexes, "LEAST_TAIL", 1)
            if step == "haar":
                patch.setattr(writing.coefficients, "write", fail)
            elif step == "embeddings":
                patch.setattr(writing.inverted, "write", fail)
            else:
                patch.setattr(writing.Manifest, "write", fail)
            with pytest.raises(KeyboardInterrupt):
                library.index()
    assert read_manifest(place / "indexes") == before
    assert verify(library=place).result["problems"] == []
    assert all(first(place, seed) == f"scene {seed}.png" for seed in (1, COUNT, COUNT + 1))


KILLED = """
import sys
from pathlib import Path
from nijigen.library import Library
with Library(Path(sys.argv[1])) as library:
    print("begin", flush=True)
    while True:
        library.index(anew=True)
"""


def test_a_kill_while_writing_leaves_an_index_whole(place: Path) -> None:
    for wait in (0.02, 0.1, 0.2, 0.35):
        command = [sys.executable, "-c", KILLED, str(place)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            process.kill()
        with Library(place) as library:
            assert library.notes == ()
            assert library.verify().problems == []
    assert first(place, 4) == "scene 4.png"

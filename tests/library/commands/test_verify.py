from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen import Run
from nijigen.core.database import DatabaseDamaged
from nijigen.core.errors import InputError
from nijigen.core.lock import FolderLock
from nijigen.library import Library
from nijigen.library.commands.dedupe import dedupe
from nijigen.library.commands.verify import verify


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path / "a", 3)
    with Library(tmp_path / "library", writing=True) as library:
        library.add([tmp_path / "a"])
    return tmp_path / "library"


def test_a_read_only_library_is_looked_at_without_a_lock(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / ".lock").unlink()
    with monkeypatch.context() as patch:
        patch.setattr("nijigen.library._home.is_writable", lambda path: False)
        assert verify(library=place).result["problems"] == []
        assert dedupe(library=place).result["groups"] == []
    assert not (place / ".lock").exists()
    # Where it may change meanwhile, it stays as it is.
    held = FolderLock(place, file=".lock")
    with pytest.raises(InputError, match="in use"):
        verify(library=place)
    held.release()


def test_what_is_lost_is_named_and_made_again(place: Path) -> None:
    assert verify(library=place).result == {"pictures": 3, "problems": []}
    (place / "signatures" / "haar-1.rows").unlink()
    next(place.rglob("*.webp")).write_bytes(b"")
    problems = verify(library=place).result["problems"]
    assert problems[0] == "3 picture(s) have lost the signature haar-1"
    assert "has no thumbnail" in problems[1]
    assert verify(repair=True, library=place).result["problems"] == []
    with Library(place) as library:
        assert library.search(scene(1), 1)[0].haar > 0.9


def test_a_file_of_signatures_that_was_cut_off_is_named_by_every_search(place: Path) -> None:
    path = place / "signatures" / "haar-1.rows"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)
    with Library(place) as library:
        (note,) = (one for one in library.notes if "cut off" in one)
        assert note.startswith("haar-1.rows is cut off")
        assert "nijigen library verify --repair" in note
        assert library.search(scene(0), 1)[0].entry.number == 1
    assert verify(repair=True, library=place).result["problems"] == []
    with Library(place) as library:
        assert not any("cut off" in one for one in library.notes)


def test_a_file_that_has_changed_behind_its_date_is_named(place: Path, tmp_path: Path) -> None:
    import os

    path = tmp_path / "a" / "scene 1.png"
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert verify(library=place).result["problems"] == []
    problems = verify(files=True, library=place).result["problems"]
    assert problems == [f"{path}: the content has changed"]


@pytest.mark.parametrize("damage", ["no database", "pages"])
def test_a_damaged_database_is_made_again(place: Path, damage: str) -> None:
    path = place / "library.sqlite3"
    data = bytearray(path.read_bytes())
    if damage == "pages":
        data[100:3000] = bytes(2900)
    else:
        data[:100] = b"x" * 100
    path.write_bytes(data)
    with pytest.raises(DatabaseDamaged) as caught:
        verify(library=place)
    assert "library verify --repair" in caught.value.hint
    report = verify(repair=True, library=place)
    assert any("renamed to" in note for note in report.notes) or report.result["pictures"] == 0
    assert len(list(place.glob("damaged-*.sqlite3"))) == 1
    with Library(place, writing=True) as library:
        library.add([place.parent / "a"])
        assert len(library) == 3
        assert library.verify().problems == []


def test_what_the_user_said_outlives_a_damaged_page(place: Path) -> None:
    count = 400
    with Library(place) as library:
        numbers = {library.entry(number).content.sha256: number for number in (1, 2, 3)}
        for number in numbers.values():
            tags = " ".join(f"artist:n{number}_{index:04}" for index in range(count))
            library.tags.edit([number], add=f"{tags} rating:questionable")
        library.tags.save("mine", "rating:q -solo")
        library.tags.save("all_mine", "search:mine")
        pair = tuple(sorted(numbers)[:2])
        library.distinct.add([(pair[0], pair[1])])
    _overwrite_a_page(place / "library.sqlite3", b"artist", b"n2_0")
    assert "the database is damaged" in verify(library=place).result["problems"][0]
    report = verify.apply({}, {"repair": True, "library": place}, Run())
    assert report.result == {"pictures": 3, "problems": []}
    assert "not all could be read of: edits" in report.notes
    with Library(place) as library:
        for number in (1, 2, 3):
            before = numbers[library.entry(number).content.sha256]
            post = library.tags.of(number)
            assert post.rating == "questionable"
            assert all(tag.startswith(f"n{before}_") for tag in post.tags)
            assert set(post.tags.values()) == {"artist"}
            assert len(post.tags) == count if before != 2 else count // 3 < len(post.tags) < count
        assert library.tags.saved() == {"mine": "rating:q -solo", "all_mine": "search:mine"}
        assert library.distinct.pairs() == {pair}


def _overwrite_a_page(path: Path, *contained: bytes) -> None:
    """Overwrite one page of the table of edits: a leaf of an index with all of these words."""
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    starts = [
        start
        for start in range(size, len(data), size)
        if data[start] == 10 and all(word in data[start : start + size] for word in contained)
    ]
    start = starts[len(starts) // 2]
    data[start : start + size] = bytes(size)
    path.write_bytes(data)

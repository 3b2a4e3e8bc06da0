"""A library that version 1 of the schema wrote is read, and its numbers stay."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write

from nijigen.library import Library
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.tables import DATABASE, SCHEMA


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Three pictures, of which the second was forgotten and the third is a clip."""
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.executescript(SCHEMA.steps[0])
        connection.execute("PRAGMA user_version = 1")
        for number, name, moving in ((1, "a.png", 0), (2, "b.png", 0), (4, "c.gif", 1)):
            connection.execute(
                "INSERT INTO pictures VALUES (?, ?, 5, 'png', 8, 6, ?, 0)", (number, name, moving)
            )
            connection.execute("INSERT INTO signed VALUES ('haar-1', ?)", (number,))
            connection.execute(
                "INSERT INTO places VALUES (?, ?, 5, 7, ?, 'here')",
                (f"/pictures/{name}".encode(), number, b"/"),
            )
        connection.execute("UPDATE sqlite_sequence SET seq = 9")
        connection.commit()
    return tmp_path


def test_pictures_become_entries_of_the_same_number(old: Path) -> None:
    catalog = Catalog(old)
    assert list(catalog.numbers("haar-1")) == [1, 2, 4]
    assert [entry.content.sha256 for entry in catalog.entries()] == ["a.png", "b.png", "c.gif"]
    assert catalog.places(2)[0].path == Path("/pictures/b.png")
    assert catalog.damage() == ""


def test_numbers_of_forgotten_pictures_are_not_used_again(old: Path) -> None:
    catalog = Catalog(old)
    assert (next(catalog.new_numbers()), catalog.next_content()) == (10, 10)


def test_clips_are_to_be_read_again(old: Path) -> None:
    catalog = Catalog(old)
    assert catalog.incomplete() == {4}
    (entry,) = catalog.entries(4)
    assert (entry.frame, entry.frames) == (0, 0)


def test_a_new_library_numbers_its_entries(tmp_path: Path) -> None:
    with Library(tmp_path / "new", writing=True) as library:
        library.add(write(tmp_path / "pictures", 1))
        assert library.search(scene(0), 1)[0].entry.number == 1

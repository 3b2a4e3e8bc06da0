from __future__ import annotations

import contextlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nijigen.core import disk
from nijigen.core.database import Database, Schema
from nijigen.core.errors import OutputError

SCHEMA = Schema(
    steps=("CREATE TABLE words (word TEXT)", "ALTER TABLE words ADD COLUMN count INTEGER"),
    repair=lambda path: "make it again",
    other="name another folder",
)


def words(database: Database) -> list[str]:
    return [row[0] for row in database.rows("SELECT word FROM words")]


def add(database: Database, word: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO words VALUES (?, 1)", (word,))


def test_a_database_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite3"
    seen = []

    def move(source: Path, target: Path) -> None:
        seen.append(target.exists())
        with contextlib.closing(sqlite3.connect(source)) as connection:
            seen.append(connection.execute("PRAGMA user_version").fetchone()[0])
        # Another process makes one meanwhile, and has used it already.
        shutil.copyfile(source, target)
        add(Database(target, SCHEMA), "theirs")
        raise FileExistsError

    monkeypatch.setattr(disk, "move_new", move)
    assert words(Database(path, SCHEMA)) == ["theirs"]
    assert seen == [False, 2]
    assert {one.name.partition("-")[0] for one in tmp_path.iterdir()} == {"a.sqlite3"}


def test_many_open_one_that_is_not_there_yet(tmp_path: Path) -> None:
    def opened(number: int) -> int:
        with contextlib.closing(Database(tmp_path / "a.sqlite3", SCHEMA)) as database:
            add(database, str(number))
        return number

    with ThreadPoolExecutor(12) as pool:
        assert sorted(pool.map(opened, range(24))) == list(range(24))
    assert len(words(Database(tmp_path / "a.sqlite3", SCHEMA))) == 24


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "a.sqlite3"
    with contextlib.closing(Database(path, SCHEMA)) as database:
        add(database, "kept")
    monkeypatch.setattr(disk, "is_writable", lambda path: False)
    return path


def test_what_cannot_be_written_can_be_read(
    read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def on_a_read_only_disk(name: str, **options: object) -> sqlite3.Connection:
        if name.endswith("?mode=ro"):
            # As where the file for what readers share cannot be made.
            name = name.replace("a.sqlite3", "missing")
        return connect(name, **options)  # type: ignore[call-overload,no-any-return]

    for patched in (False, True):
        if patched:
            monkeypatch.setattr(sqlite3, "connect", on_a_read_only_disk)
        database = Database(read_only, SCHEMA)
        assert words(database) == ["kept"]
        with pytest.raises(OutputError, match="cannot be written: it is read-only"):
            add(database, "new")
        database.close()


def test_an_older_one_that_cannot_be_written_is_not_converted(read_only: Path) -> None:
    newer = Schema((*SCHEMA.steps, "CREATE TABLE more (a)"), SCHEMA.repair, SCHEMA.other)
    with pytest.raises(OutputError, match="older Nijigen, and is read-only") as caught:
        Database(read_only, newer)
    assert "copy its folder" in caught.value.hint

"""Database: an SQLite file that survives a kill at any moment."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nijigen.core import disk, private
from nijigen.core.errors import InputError, NijigenError, OutputError


@dataclass(frozen=True)
class Schema:
    """What a database contains, and what to tell the user whose database is damaged."""

    steps: tuple[str, ...]
    """Migrations from each version to the next; the first turns an empty file into version 1."""
    repair: Callable[[Path], str]
    """Returns how to repair the database at a path, as a hint."""
    other: str
    """How to use another folder, as the end of a sentence."""

    @property
    def version(self) -> int:
        """The version that the last step leads to."""
        return len(self.steps)

    @cache  # noqa: B019  There are as many as kinds of databases.
    def columns(self, version: int) -> Mapping[str, frozenset[str]]:
        """Return the columns of each table at a version."""
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            for step in self.steps[:version]:
                connection.executescript(step)
            return _columns(connection)


def _columns(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: frozenset(row[1] for row in connection.execute(f'PRAGMA table_info("{name}")'))
        for (name,) in (tuple(row) for row in rows)
        if not name.startswith("sqlite_") and '"' not in name
    }


def _migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    """Bring the tables to the present version, in the transaction of the caller."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for step in schema.steps[version:]:
        for statement in step.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {schema.version}")


def _create(path: Path, schema: Schema) -> None:
    """Create a database whole: no other process ever sees one without its tables.

    Raises:
        OSError: It cannot be created.
        OutputError: The same.
    """
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _migrate(connection, schema)
        data = connection.serialize()
    # SQLite gives the files beside it the same mode.
    made = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    private.write_file(made, data)
    try:
        disk.move_new(made, path)
    except FileExistsError:
        pass  # Another process was faster.
    finally:
        made.unlink(missing_ok=True)


def _connected(name: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    # We begin transactions ourselves; Python would guess from each statement.
    return sqlite3.connect(name, check_same_thread=False, isolation_level=None, uri=uri)


def _reading(path: Path) -> sqlite3.Connection:
    """Connect to a database that cannot be written.

    Raises:
        sqlite3.Error: It cannot be read.
    """
    address = path.absolute().as_uri()
    with contextlib.suppress(sqlite3.OperationalError):
        connection = _connected(f"{address}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA user_version")
        except BaseException:
            connection.close()
            raise
        return connection
    # Beside the log SQLite needs a file for what readers share. Where that cannot be made nobody
    # writes, so the database can be read without.
    return _connected(f"{address}?immutable=1", uri=True)


class DatabaseDamaged(InputError):
    """The database cannot be read any more."""

    http_status = 503


class DatabaseBusy(OutputError):
    """Another program holds the database for a long time."""

    http_status = 503


_NOT_WRITTEN = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space on the disk"),
    sqlite3.SQLITE_IOERR: ("the disk is full or does not work as it should", "free some space"),
    sqlite3.SQLITE_READONLY: ("it is read-only", "look at the disk and the permissions"),
    sqlite3.SQLITE_PERM: ("it is read-only", "look at the disk and the permissions"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "look at the disk and the permissions"),
}


def explained(error: sqlite3.Error, path: Path, schema: Schema) -> NijigenError | None:
    """Return what an error of SQLite means for the user; None if it is a fault of our own."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, str(error), schema)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(
            f"another program uses the database {path}", "close that program, and try again"
        )
    if primary in _NOT_WRITTEN:
        reason, hint = _NOT_WRITTEN[primary]
        return OutputError(f"the database {path} cannot be written: {reason} ({error})", hint)
    return None


def damaged(path: Path, reason: str, schema: Schema) -> DatabaseDamaged:
    """Return the error for a database that cannot be read."""
    return DatabaseDamaged(f"the database {path} is damaged: {reason}", schema.repair(path))


def damage_in(connection: sqlite3.Connection, schema: Schema, *, thorough: bool = False) -> str:
    """Return what is wrong with a database, in a few words; empty if it is whole.

    Args:
        connection: A connection to it.
        schema: What it should contain.
        thorough: Also compare the indexes with the tables, which takes longer.

    Raises:
        sqlite3.Error: It is so damaged that it cannot be examined.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    first = connection.execute(f"PRAGMA {pragma}(1)").fetchone()[0]
    if first != "ok":
        return str(first).replace("\n", " ")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > schema.version:
        # A newer Nijigen knows what it should contain.
        return ""
    found = _columns(connection)
    for table, wanted in schema.columns(version or schema.version).items():
        if table not in found:
            return f"it has no table {table}"
        if missing := wanted - found[table]:
            return f"the table {table} has no column {min(missing)}"
    return ""


class Database:
    """One connection that threads take turns to use; every change is a transaction.

    Args:
        path: The file; it is created if it is missing. On a read-only disk it can be read.
        schema: What it contains.
        examined: Look at every page when opening; otherwise damage is found where it is met.

    Raises:
        DatabaseDamaged: It is not a database, or not one of Nijigen's, or damaged.
        InputError: A newer version of Nijigen wrote it.
        OutputError: It cannot be made, or an older version wrote it and it cannot be written.
    """

    def __init__(self, path: Path, schema: Schema, *, examined: bool = True) -> None:
        self.path = path
        self.schema = schema
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            if new:
                _create(path, schema)
            if not path.is_file():
                raise damaged(path, "it is not a file", schema)
            if path.stat().st_size == 0:
                raise damaged(path, "it is empty", schema)
            self.read_only = not disk.is_writable(path)
        except OSError as error:
            raise OutputError(
                f"the folder {path.parent} cannot be used: {error.strerror}",
                schema.other,
            ) from error
        with self._explaining():
            self._connection = _connected(path) if not self.read_only else _reading(path)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(examined and not new)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                # Its tables are not what its version says.
                raise damaged(path, str(error), schema) from error
            raise

    def _prepare(self, examined: bool) -> None:
        schema = self.schema
        with self._explaining():
            # Damage is reported before anything is written.
            if examined and (reason := damage_in(self._connection, schema)):
                raise damaged(self.path, reason, schema)
            if not self.read_only:
                # A write-ahead log: readers do not wait, and committed data survives a kill. It is
                # flushed at each commit, so committed data survives a power failure too.
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("PRAGMA fullfsync = ON")  # Like disk.py on macOS.
        if self._is_current():
            return
        with self.transaction() as connection:
            # Another process may have converted it meanwhile.
            if not self._is_current():
                _migrate(connection, schema)

    def _is_current(self) -> bool:
        """Return whether the tables are those of this version; older ones are converted.

        Raises:
            InputError: They are those of a newer one.
            OutputError: They are those of an older one, on a read-only disk.
        """
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > self.schema.version:
            raise InputError(
                f"{self.path} was written by a newer Nijigen",
                f"update Nijigen, or {self.schema.other}",
            )
        if version < self.schema.version and self.read_only:
            raise OutputError(
                f"{self.path} was written by an older Nijigen, and is read-only",
                "copy its folder to a disk that can be written; there it is converted",
            )
        return version == self.schema.version

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise what an error of SQLite means for the user."""
        try:
            yield
        except sqlite3.Error as error:
            if (known := explained(error, self.path, self.schema)) is not None:
                raise known from error
            raise
        except UnicodeEncodeError as error:
            # Such as an argument in another encoding than that of the terminal.
            raise InputError("a text holds half a character", "write it in UTF-8") from error
        except OverflowError as error:
            raise InputError("a number is too large", "it has at most 64 bits") from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; all changes in the block are committed, or none of them.

        Raises:
            OutputError: The disk is full or broken.
            DatabaseDamaged: The file was damaged in the meantime.
        """
        with self._lock, self._explaining():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has already ended the transaction.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(
        self, query: str, values: tuple[object, ...] | Mapping[str, object] = ()
    ) -> list[sqlite3.Row]:
        """Return all rows of a query.

        Raises:
            OutputError: The disk is broken.
            DatabaseDamaged: The file was damaged in the meantime.
        """
        with self._lock, self._explaining():
            return self._connection.execute(query, values).fetchall()

    def copy_to(self, path: Path) -> None:
        """Copy the database, as it is now, to another file, which is overwritten.

        Raises:
            OutputError: It cannot be written.
        """
        with self._lock, self._explaining(), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            # A copy is one file, without a log beside it.
            target.execute("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

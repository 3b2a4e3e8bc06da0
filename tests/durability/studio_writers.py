"""Writers of the studio: its pictures, its jobs and what keeps its folder in order."""

from __future__ import annotations

import contextlib
import hashlib
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "jobs"))

import numpy as np
from job_stores import Stores
from writer import Failed, Found, Report, Writer, content_of, put

from nijigen import Picture
from nijigen.core.errors import NotFound
from nijigen.imaging.files import encode
from nijigen.jobs.lanes.queue import Queue
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.recovery.backups import backups
from nijigen.jobs.stores.recovery.check import reading
from nijigen.jobs.stores.recovery.repair import repair


def _file(shade: int) -> bytes:
    return encode(Picture(np.full((8, 8, 3), shade, np.uint8)), "png")


def _id(shade: int) -> str:
    return hashlib.sha256(_file(shade)).hexdigest()


@contextlib.contextmanager
def _started(root: Path) -> Iterator[Stores]:
    stores = Stores(root / "studio")
    try:
        yield stores
    finally:
        stores.database.close()


def _start(root: Path) -> None:
    with _started(root):
        pass


def _upload(root: Path, *shades: int) -> None:
    with _started(root) as stores:
        for shade in shades:
            stores.pictures.add(io.BytesIO(_file(shade)), f"{shade}.png")


def _write_upload(root: Path, report: Report) -> None:
    _upload(root, 5)
    report("upload")


def _write_job(root: Path, report: Report) -> None:
    with _started(root) as stores:
        queue = Queue(stores.jobs, stores.finder)
        job = queue.add("effects.halftone", {"picture": _id(1)}, {"cell": 4})
        report("job")
        queue._next(queue._lanes["interactive"])
        ended = queue.get(job.id)
        if ended.state != "done":
            raise Failed(str(ended.error))
        report("result")


def _find_studio(root: Path) -> Found:
    with _started(root) as stores:
        found: dict[str, Any] = {"job": None, "result": None}
        for shade, name in ((1, "before"), (5, "upload")):
            try:
                stores.pictures.get(_id(shade))
                found[name] = stores.pictures.path(_id(shade)).read_bytes()
            except NotFound:
                found[name] = None
        jobs = stores.jobs.newest()
        if jobs:
            found["job"] = "is there"
        for job in jobs:
            if job.state == "done":
                found["result"] = stores.pictures.path(job.result.id).read_bytes()  # type: ignore[union-attr]
        return found


# The trash


def _put_into_trash(root: Path, *shades: int) -> None:
    with _started(root) as stores:
        for shade in shades:
            # It may be there since an attempt that failed later.
            with contextlib.suppress(NotFound):
                stores.pictures.trash.put(_id(shade))


def _write_trash(root: Path, report: Report) -> None:
    _put_into_trash(root, 1)
    report("1")


def _prepare_trash(root: Path) -> None:
    _upload(root, 1, 2)
    _put_into_trash(root, 1, 2)


def _write_restored(root: Path, report: Report) -> None:
    with _started(root) as stores:
        with contextlib.suppress(NotFound):
            stores.pictures.trash.restore(_id(1))
        report("1")


def _write_deleted(root: Path, report: Report) -> None:
    with _started(root) as stores:
        with contextlib.suppress(NotFound):
            stores.pictures.trash.delete(_id(1))
        report("1")


def _write_emptied(root: Path, report: Report) -> None:
    with _started(root) as stores:
        stores.pictures.trash.empty()
        report("1")
        report("2")


def _find_trash(root: Path) -> Found:
    with _started(root) as stores:
        here = stores.pictures.find([_id(1), _id(2)])
        trash = {picture.id for picture in stores.pictures.trash.pictures()}
        found = {}
        for shade in (1, 2):
            id = _id(shade)
            # A picture without its file would be neither.
            is_there = stores.pictures.files.is_there(id)
            found[str(shade)] = is_there and (id in here, id in trash)
        return found


# What is not as it should be

DAMAGED = b"damaged"


def _files(root: Path) -> set[bytes]:
    """Return the contents of all files, wherever they are."""
    return {path.read_bytes() for path in (root / "studio").rglob("*") if path.is_file()}


def _picture(root: Path, shade: int) -> Path:
    return root / "studio" / "pictures" / _id(shade)[:2] / _id(shade)


def _prepare_damaged(root: Path) -> None:
    _upload(root, 1)
    _picture(root, 1).write_bytes(DAMAGED)


def _write_healed(root: Path, report: Report) -> None:
    _upload(root, 1)
    report("before")
    report("what was there")


def _find_healed(root: Path) -> Found:
    return {"what was there": DAMAGED in _files(root), **_find_studio(root)}


STRAYS = ("pictures/mine.png", "pictures/ab/mine.png", "scratch/mine.png", "derived/mine.png")


def _prepare_strays(root: Path) -> None:
    _upload(root, 1)
    for name in STRAYS:
        put(root / "studio" / name, name.encode())


def _write_strays(root: Path, report: Report) -> None:
    _start(root)
    for name in (*STRAYS, "aside"):
        report(name)


def _find_strays(root: Path) -> Found:
    # Not by a start, which would move them.
    anywhere = _files(root)
    aside = {path.read_bytes() for path in root.glob("studio/lost+found/*")}
    found = {name: name.encode() in anywhere for name in STRAYS}
    return {**found, "aside": {name for name in STRAYS if name.encode() in aside} == {*STRAYS}}


def _prepare_without_sidecars(root: Path) -> None:
    _upload(root, 1, 2)
    for shade in (1, 2):
        sidecars.path_beside(_picture(root, shade)).unlink()


def _write_sidecars(root: Path, report: Report) -> None:
    _start(root)
    report("sidecar of 1")
    report("sidecar of 2")


def _find_sidecars(root: Path) -> Found:
    beside = {shade: sidecars.path_beside(_picture(root, shade)) for shade in (1, 2)}
    return {f"sidecar of {shade}": content_of(path) for shade, path in beside.items()}


# The database


def _pictures_in(database: Path) -> list[str] | None:
    """Return the names of the pictures in a database, or None if it cannot be read."""
    try:
        with reading(database) as connection:
            return sorted(row["name"] for row in connection.execute("SELECT name FROM pictures"))
    except Exception:
        return None


def _write_backup(root: Path, report: Report) -> None:
    _start(root)
    report("backup")


def _find_backup(root: Path) -> Found:
    found = [_pictures_in(path) for path in backups(DataFolder(root / "studio"))]
    return {"backup": max(filter(None, found), default=[]), "all are whole": None not in found}


def _prepare_without_database(root: Path) -> None:
    _upload(root, 1, 2)
    folder = DataFolder(root / "studio")
    for path in folder.backups.iterdir():
        path.unlink()
    for ending in ("", "-wal", "-shm"):
        folder.database.with_name(folder.database.name + ending).unlink(missing_ok=True)


def _write_rebuilt(root: Path, report: Report) -> None:
    _start(root)
    report("database")


def _find_database(root: Path) -> Found:
    return {"database": _pictures_in(root / "studio" / "nijigen.sqlite3"), **_find_sidecars(root)}


BROKEN = b"no database" * 1000


def _prepare_broken(root: Path) -> None:
    _prepare_without_database(root)
    _picture(root, 2).write_bytes(DAMAGED)
    sidecars.path_beside(_picture(root, 1)).unlink()
    put(root / "studio" / "nijigen.sqlite3", BROKEN)


def _write_repaired(root: Path, report: Report) -> None:
    repair(DataFolder(root / "studio"))
    report("picture")
    report("database")


def _find_repaired(root: Path) -> Found:
    anywhere = _files(root)
    return {
        "picture": _file(1) in anywhere,
        "damaged picture": DAMAGED in anywhere,
        "damaged database": BROKEN in anywhere,
        "database": _pictures_in(root / "studio" / "nijigen.sqlite3"),
    }


def _uploads(*shades: int) -> Callable[[Path], None]:
    return lambda root: _upload(root, *shades)


STUDIO_WRITERS: Mapping[str, Writer] = {
    "upload": Writer(_write_upload, _find_studio, _uploads(1)),
    "upload that heals": Writer(_write_healed, _find_healed, _prepare_damaged),
    "job": Writer(_write_job, _find_studio, _uploads(1)),
    "trash": Writer(_write_trash, _find_trash, _uploads(1, 2)),
    "restored from trash": Writer(_write_restored, _find_trash, _prepare_trash),
    "deleted for good": Writer(_write_deleted, _find_trash, _prepare_trash),
    "emptied trash": Writer(_write_emptied, _find_trash, _prepare_trash),
    "lost+found": Writer(_write_strays, _find_strays, _prepare_strays),
    "sidecars": Writer(_write_sidecars, _find_sidecars, _prepare_without_sidecars),
    "backup": Writer(_write_backup, _find_backup, _uploads(1)),
    "new database": Writer(_write_rebuilt, _find_database, _prepare_without_database),
    "repair": Writer(_write_repaired, _find_repaired, _prepare_broken),
}
STUDIO_MAY_FAIL = {"sidecar of 1", "sidecar of 2", "backup", "aside"}

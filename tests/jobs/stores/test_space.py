"""Space: what may be removed without being asked goes first, and nothing else ever goes."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores, file

from nijigen.core.errors import NotFound
from nijigen.jobs.stores.derived import VIEW
from nijigen.jobs.stores.space import StorageFull

SIZE = len(file(1))
DAY = 86400


def room_for(count: float, **more: Any) -> dict[str, Any]:
    """Return the arguments of stores with room for some drawings."""
    return {"quota": int(SIZE * count), **more}


def discard(stores: Stores, picture: str) -> None:
    """Delete the job that made a picture."""
    job = next(j for j in stores.jobs.newest() if j.result and j.result.id == picture)
    stores.jobs.forget(job.id, discard=True)


def test_uploads_are_never_removed(tmp_path: Path) -> None:
    stores = Stores(tmp_path, **room_for(2.5))
    old, new = stores.add(1), stores.add(2)
    stores.age(old, 400)
    stores.pictures.count_download([old])
    stores.pictures.space.sweep()
    with pytest.raises(StorageFull):
        stores.add(3)
    assert stores.files() == {old, new}
    assert list(stores.pictures.scratch.iterdir()) == []


def test_the_refusal_says_what_to_do(tmp_path: Path) -> None:
    stores = Stores(tmp_path, quota=2_500)
    stores.pictures.trash.put(stores.add(1))
    with pytest.raises(StorageFull) as caught:
        stores.add(2)
    error = caught.value
    assert (error.exit_code, error.http_status) == (6, 507)
    words = f"{SIZE / 1000:.1f} kB"
    assert error.message == (
        f"the storage is full: {words} of 2.5 kB are used, and {words} more are needed"
    )
    assert f"empty the trash, which holds {words}" in error.hint
    for way_out in ("delete pictures", "/api/space", "--quota"):
        assert way_out in error.hint


def test_results_stay_until_they_are_downloaded_or_discarded(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    kept, downloaded, discarded = (stores.make(shade) for shade in (1, 2, 3))
    for id in (kept, downloaded, discarded):
        stores.age(id, 31)
    stores.pictures.count_download([downloaded])
    discard(stores, discarded)
    assert stores.pictures.find([kept])[kept].expires is None
    assert stores.pictures.find([downloaded])[downloaded].expires is not None
    stores.pictures.space.sweep()
    assert stores.files() == {kept}
    with pytest.raises(NotFound):
        stores.pictures.get(downloaded)


def test_room_is_made_in_order(tmp_path: Path) -> None:
    """Derived files, then discarded results, then downloaded ones, the longest unused first."""
    stores = Stores(tmp_path, **room_for(6.2))
    upload, older, newer, discarded, fresh = stores.add(1), *(stores.make(n) for n in (2, 3, 4, 5))
    for id, days in ((upload, 9), (older, 5), (newer, 4), (discarded, 1), (fresh, 20)):
        stores.age(id, days)
    stores.pictures.count_download([older, newer])
    discard(stores, discarded)
    thumbnail = stores.pictures.derived.keep(fresh, "64.webp", b"x" * (SIZE // 2))
    added = [stores.add(11)]
    assert not thumbnail.exists()
    assert discarded in stores.files()
    for shade, gone in ((12, discarded), (13, older), (14, newer)):
        added.append(stores.add(shade))
        assert gone not in stores.files()
        assert len(stores.files()) == 6
    with pytest.raises(StorageFull):
        stores.add(15)
    assert stores.files() == {upload, fresh, *added}


def test_nothing_is_removed_in_vain(tmp_path: Path) -> None:
    stores = Stores(tmp_path, **room_for(2.8))
    upload, result = stores.add(1), stores.make(2)
    stores.pictures.count_download([result])
    thumbnail = stores.pictures.derived.keep(upload, "64.webp", b"small")
    with pytest.raises(StorageFull):
        stores.pictures.space.require(3 * SIZE)
    assert stores.files() == {upload, result}
    assert thumbnail.exists()


def test_what_a_job_needs_stays(tmp_path: Path) -> None:
    stores = Stores(tmp_path, **room_for(1.5))
    needed = stores.make(1)
    stores.pictures.count_download([needed])
    job = stores.jobs.add("formats.convert", {"picture": needed}, {})
    stores.age(needed, 31)
    stores.pictures.space.sweep()
    with pytest.raises(StorageFull):
        stores.add(2)
    stores.jobs.cancel(job.id)
    assert stores.files() == {needed}
    stores.add(2)
    assert needed not in stores.files()


def test_a_result_that_is_uploaded_is_an_upload(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    made, both = stores.make(1), stores.make(2)
    assert stores.add(2) == both
    # And one that is made again is as new as one that is made for the first time.
    for id in (made, both):
        discard(stores, id)
        stores.pictures.count_download([id])
    assert stores.make(1) == made
    assert stores.make(2) == both
    for id in (made, both):
        stores.age(id, 31)
    stores.pictures.space.sweep()
    assert stores.files() == {made, both}
    assert {p.origin for p in stores.pictures.find([both]).values()} == {"upload"}


def test_a_result_of_two_jobs_is_discarded_with_the_last(tmp_path: Path) -> None:
    stores = Stores(tmp_path, **room_for(1.5))
    made = stores.make(1)
    assert stores.make(1) == made
    first, second = stores.jobs.newest()
    stores.jobs.forget(first.id, discard=True)
    with pytest.raises(StorageFull):
        stores.add(2)
    stores.jobs.forget(second.id, discard=True)
    # Used again, it is not discarded any more.
    job = stores.jobs.add("formats.convert", {"picture": made}, {}, pictures=[made])
    stores.jobs.cancel(job.id)
    with pytest.raises(StorageFull):
        stores.add(2)
    assert stores.files() == {made}


@pytest.mark.parametrize("by_age", [True, False])
def test_forgotten_jobs_discard_nothing(tmp_path: Path, by_age: bool) -> None:
    stores = Stores(tmp_path, **room_for(1.5))
    made = stores.make(1)
    if by_age:
        stores.jobs.forget_older(-1)
    else:
        stores.jobs.forget(stores.jobs.newest()[0].id)
    assert stores.jobs.newest() == []
    with pytest.raises(StorageFull):
        stores.add(2)
    assert stores.files() == {made}


def test_the_view_of_vector_graphics_can_be_made_again(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    drawn = stores.make(1)
    with stores.database.transaction() as connection:
        connection.execute("UPDATE pictures SET format = 'svg'")
    view = stores.pictures.derived.keep(drawn, VIEW, b"a view")
    assert stores.pictures.space.report().removable == len(b"a view")
    stores.pictures.derived.remove()
    assert not view.exists()


def test_derived_files_of_unused_pictures_go(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    old, new = stores.add(1), stores.add(2)
    stores.age(old, 31)
    gone, kept = (stores.pictures.derived.keep(id, "64.webp", b"small") for id in (old, new))
    stores.pictures.space.sweep()
    assert (gone.exists(), kept.exists()) == (False, True)
    assert stores.files() == {old, new}


def test_use_puts_the_expiry_off(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.make(1)
    stores.pictures.count_download([id])
    stores.age(id, 29)
    stores.pictures.get(id)
    stores.age(id, 29)
    stores.pictures.space.sweep()
    assert stores.files() == {id}


def test_the_report_adds_up(tmp_path: Path) -> None:
    stores = Stores(tmp_path, quota=10**6, trash_days=7)
    uploads, results = [stores.add(n) for n in (1, 2, 3)], [stores.make(n) for n in (4, 5)]
    stores.pictures.trash.put(uploads[0])
    stores.pictures.count_download([results[0]])
    stores.pictures.derived.keep(uploads[1], "64.webp", b"x" * 100)
    (tmp_path / "lost+found").mkdir(exist_ok=True)
    (tmp_path / "lost+found" / "stray").write_bytes(b"y" * 77)
    report = stores.pictures.space.report()
    parts = (report.uploads, report.results, report.derived, report.trash, report.lost_and_found)
    assert [part.files for part in parts] == [2, 2, 1, 1, 1]
    sizes = [len(file(2)) + len(file(3)), len(file(4)) + len(file(5)), 100, len(file(1)), 77]
    assert [part.bytes for part in parts] == sizes
    assert report.used == sum(part.bytes for part in parts[:4])
    assert report.removable == 100 + len(file(4))
    assert (report.quota, report.trash_days) == (10**6, 7)
    assert report.free > 0
    assert [p.id for p in stores.pictures.listed("newest", "result", 1)] == results[-1:]
    assert len(stores.pictures.listed("largest", None, 10)) == 4


@pytest.mark.parametrize("jump", [40, 400, -40])
def test_a_clock_that_jumps_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    stores = Stores(tmp_path)
    made, deleted = stores.make(1), stores.add(2)
    stores.pictures.count_download([made])
    stores.pictures.trash.put(deleted)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump * DAY)
    stores.pictures.space.sweep()
    stores.jobs.forget_older(30 * DAY)
    stores.database.close()
    again = Stores(tmp_path)
    again.pictures.space.sweep()
    monkeypatch.undo()
    again.pictures.space.sweep()
    assert again.files() == {made, deleted}
    assert len(again.jobs.newest()) == 1
    assert [picture.id for picture in again.pictures.trash.pictures()] == [deleted]


def test_time_passes_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Day after day, with a restart on each."""
    stores = Stores(tmp_path)
    made, deleted = stores.make(1), stores.add(2)
    stores.pictures.count_download([made])
    stores.pictures.trash.put(deleted)
    now, days = time.time, 0
    monkeypatch.setattr(time, "time", lambda: now() + days * DAY)
    for days in range(1, 33):
        stores.database.close()
        stores = Stores(tmp_path)
        stores.pictures.space.sweep()
        assert stores.files() == ({made, deleted} if days < 30 else stores.files())
    assert stores.files() == set()

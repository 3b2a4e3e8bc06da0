from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write

from nijigen.core.errors import InputError, NotFound
from nijigen.core.home import MARKER
from nijigen.core.lock import FolderLock
from nijigen.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", writing=True)


def test_what_is_added_is_there_and_added_once(library: Library, tmp_path: Path) -> None:
    paths = write(tmp_path / "pictures", 3)
    reported: list[Path] = []
    added = library.add([tmp_path / "pictures"], listener=reported.extend)
    assert (added.added, added.known, added.failed) == (3, 0, {})
    assert reported == paths
    assert len(library) == 3
    assert paths[0] in library
    assert library.add([tmp_path / "pictures"]).added == 0
    assert library.verify(files=True).problems == []


def test_paths_may_be_texts(tmp_path: Path) -> None:
    (path,) = write(tmp_path / "pictures", 1)
    with Library(str(tmp_path / "library"), writing=True) as library:
        assert library.add([str(tmp_path / "pictures")]).added == 1
        assert str(path) in library
        assert library.remove([str(path)]) == 1


def test_copies_are_one_picture_at_two_places(library: Library, tmp_path: Path) -> None:
    paths = write(tmp_path / "pictures", 1)
    shutil.copy(paths[0], tmp_path / "pictures" / "copy.png")
    added = library.add([tmp_path / "pictures"])
    assert (added.added, added.known, len(library)) == (1, 1, 1)
    (hit,) = library.search(scene(0), 1)
    assert len(hit.places) == 2


def test_a_file_that_cannot_be_read_is_named_and_the_rest_added(
    library: Library, tmp_path: Path
) -> None:
    write(tmp_path / "pictures", 2)
    bad = tmp_path / "pictures" / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    added = library.add([tmp_path / "pictures"])
    assert added.added == 2
    assert list(added.failed) == [bad]


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
def test_names_of_any_encoding(library: Library, tmp_path: Path) -> None:
    (path,) = write(tmp_path / "pictures", 1)
    odd = Path(os.fsdecode(os.fsencode(path.parent) + b"/\x93\x8c\x95\xfb.png"))
    path.rename(odd)
    assert library.add([odd.parent]).added == 1
    assert odd in library
    assert library.update().failed == {}


def test_moved_files_are_recognized_by_content(library: Library, tmp_path: Path) -> None:
    paths = write(tmp_path / "pictures", 2)
    library.add([tmp_path / "pictures"])
    target = tmp_path / "pictures" / "moved" / "elsewhere.png"
    target.parent.mkdir()
    paths[0].rename(target)
    added = library.update()
    assert (added.added, added.moved, len(library)) == (0, 1, 2)
    assert target in library
    assert paths[0] not in library


def test_a_changed_file_is_another_picture(library: Library, tmp_path: Path) -> None:
    paths = write(tmp_path / "pictures", 2)
    library.add([tmp_path / "pictures"])
    scene(7).save(paths[0])
    assert library.update().added == 1
    assert len(library) == 2
    hit = library.search(scene(7), 1)[0]
    assert hit.places[0].path == paths[0]


@pytest.mark.parametrize("linked", [False, True])
def test_a_file_put_in_the_place_of_another_is_seen_behind_size_and_time(
    library: Library, tmp_path: Path, linked: bool
) -> None:
    old, new = write(tmp_path / "a", 2)
    size = max(path.stat().st_size for path in (old, new))
    for path in (old, new):
        # Data after the end of a PNG is ignored.
        path.write_bytes(path.read_bytes().ljust(size, b"\0"))
        os.utime(path, ns=(10**18, 10**18))
    path = tmp_path / "link.png"
    path.symlink_to(old)
    library.add([path if linked else old])
    assert library.look().files == []
    if linked:
        path.unlink()
        path.symlink_to(new)
    else:
        new.replace(old)
    (found,) = library.look().files
    assert found.path == (path if linked else old)
    assert library.update().added == 1
    assert library.look().files == []


def test_new_permissions_and_links_are_no_other_file(library: Library, tmp_path: Path) -> None:
    (path,) = write(tmp_path / "a", 1)
    library.add([path])
    path.chmod(0o600)
    os.link(path, tmp_path / "b.png")
    assert library.look().files == []


def test_gone_files_are_told_from_a_drive_that_is_away(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, here = tmp_path / "drive", tmp_path / "here"
    mounts = {str(drive), "/"}
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in mounts)
    write(drive, 2)
    kept, lost = write(here, 2, start=2)
    library.add([drive, here])
    mounts.discard(str(drive))
    drive.rename(tmp_path / "unplugged")
    lost.unlink()
    library.update()
    assert library.stats()["files"] == {"away": 2, "gone": 1, "here": 1}
    assert len(library) == 4
    (tmp_path / "unplugged").rename(drive)
    mounts.add(str(drive))
    library.update()
    assert library.stats()["files"] == {"gone": 1, "here": 3}
    assert library.remove([lost]) == 1
    assert len(library) == 3
    assert kept.exists()


def test_removing_a_folder_forgets_it_and_keeps_the_files(library: Library, tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", 2), write(tmp_path / "a b", 1, start=2)
    library.add([tmp_path / "a", tmp_path / "a b"])
    assert library.remove([tmp_path / "a"]) == 2
    assert library.folders() == [tmp_path / "a b"]
    assert all(path.exists() for path in first)
    assert second[0] in library
    with pytest.raises(NotFound, match="nothing at"):
        library.remove([tmp_path / "a"])


def test_numbers_are_never_used_again(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "a", 2)
    library.add([tmp_path / "a"])
    library.remove([tmp_path / "a"])
    write(tmp_path / "b", 1, start=5)
    library.add([tmp_path / "b"])
    assert library.search(scene(5), 1)[0].entry.number == 3
    assert library.verify().problems == []


def test_two_processes_do_not_change_it_at_once(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "pictures", 1)
    held = FolderLock(library.folder, file=".lock")
    with pytest.raises(InputError, match="in use by another Nijigen process"):
        library.add([tmp_path / "pictures"])
    held.release()
    assert library.add([tmp_path / "pictures"]).added == 1


def test_another_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(InputError, match="is not a library"):
        Library(tmp_path / "mine", writing=True)
    with pytest.raises(NotFound, match="there is no library"):
        Library(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_a_newer_library_is_refused(library: Library) -> None:
    marker = library.folder / MARKER
    marker.write_text(marker.read_text().replace('"version": 1', '"version": 99'))
    with pytest.raises(InputError, match="newer Nijigen"):
        Library(library.folder)


def test_the_library_of_the_home(tmp_path: Path) -> None:
    write(tmp_path / "pictures", 1)
    with Library(writing=True) as library:
        library.add([tmp_path / "pictures"])
        assert library.folder == Path(os.environ["NIJIGEN_HOME"]) / "library"
        if sys.platform != "win32":
            assert library.folder.stat().st_mode & 0o077 == 0, "others can read it"
    with Library() as library:
        assert len(library) == 1

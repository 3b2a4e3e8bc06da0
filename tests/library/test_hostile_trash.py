"""A trash that somebody else has written, as it comes out of an archive."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from trashing import made, put

from nijigen.library import Library
from nijigen.library.commands.empty_trash import empty_trash
from nijigen.library.commands.restore import restore
from nijigen.library.files.trash import HIDDEN
from nijigen.library.trash import trash

ELSEWHERE = "/elsewhere/evil.txt"


def plant(folder: Path, text: str) -> Path:
    """Write a record and a file beside it; return the file."""
    planted = folder / HIDDEN / "planted"
    planted.mkdir(parents=True)
    planted.with_suffix(".json").write_text(text, "ascii")
    (planted / "evil.txt").write_text("evil")
    return planted / "evil.txt"


def record(path: Path | str, **others: Any) -> str:
    whole = {"path": str(path), "bytes": 4, "modified": 1, "moved": 9e9, "reason": "x"}
    return json.dumps(whole | others)


@pytest.mark.parametrize(
    "text",
    [
        '"a text"',
        "[" * 100_000,
        "{}",
        record(ELSEWHERE, bytes=None),
        record("evil.txt"),
        record("PICTURES/../../evil.txt"),
        record("PICTURES/a\0/evil.txt"),
        record("PICTURES/evil.txt", moved="later"),
        record("PICTURES/evil.txt", moved=float("nan")),
        record("PICTURES/evil.txt", moved=1e300),
        record("PICTURES/evil.txt", bytes=None),
        record("PICTURES/evil.txt", bytes=float("inf")),
    ],
)
def test_what_is_no_record_is_passed_over(tmp_path: Path, text: str) -> None:
    place, paths = made(tmp_path)
    planted = plant(tmp_path / "pictures", text.replace("PICTURES", str(tmp_path / "pictures")))
    assert put(place, paths[0]) == {}
    assert [one["path"] for one in trash(library=place)] == [str(paths[0])]
    assert restore(library=place).result == {"restored": 1}
    assert planted.read_text() == "evil"
    assert paths[0].exists()


@pytest.mark.parametrize("linked", [False, True])
def test_nothing_is_restored_outside_the_folder_of_a_trash(tmp_path: Path, linked: bool) -> None:
    place, _ = made(tmp_path)
    startup = tmp_path / "startup"
    startup.mkdir()
    (tmp_path / "pictures" / "link").symlink_to(startup)
    target = (tmp_path / "pictures" / "link" if linked else startup) / "evil.txt"
    planted = plant(tmp_path / "pictures", record(target))
    assert restore(library=place).result == {"restored": 0}
    assert planted.exists()
    assert list(startup.iterdir()) == []


@pytest.mark.parametrize("linked", ["folder", "trash"])
def test_nothing_is_deleted_where_a_link_leads(tmp_path: Path, linked: str) -> None:
    place, _ = made(tmp_path)
    pictures, documents = tmp_path / "pictures", tmp_path / "documents"
    planted = plant(documents, record(pictures / "evil.txt"))
    if linked == "trash":
        (pictures / HIDDEN).symlink_to(documents / HIDDEN)
    else:
        (pictures / HIDDEN).mkdir()
        (pictures / HIDDEN / "planted").symlink_to(planted.parent)
        text = record(pictures / "evil.txt")
        (pictures / HIDDEN / "planted.json").write_text(text, "ascii")
    assert empty_trash(library=place).result == {"files": 0, "bytes": 0}
    assert planted.read_text() == "evil"
    with Library(place) as library:
        library.trash.put([])
    assert planted.parent.with_suffix(".json").exists()


def test_a_file_is_not_moved_if_what_would_be_kept_is_a_link_to_it(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    keeper = tmp_path / "pictures" / "keeper.png"
    keeper.write_bytes(paths[0].read_bytes())
    with Library(place) as library:
        library.add([keeper])
    keeper.unlink()
    keeper.symlink_to(paths[0])
    reason = f"{keeper}, which would be kept, is a link to it"
    assert put(place, paths[0], keeper=keeper) == {paths[0]: reason}
    assert put(place, paths[1], keeper=paths[1]) == {
        paths[1]: f"{paths[1]}, which would be kept, is a link to it"
    }
    assert os.path.samefile(keeper, paths[0])
